/* runtime.h: the one call from the nucleus up: what runs on it, linked from runtime/. */
#ifndef NUCLEUS_RUNTIME_H
#define NUCLEUS_RUNTIME_H

/* Makes the first thread, which will run the C library's and then OCaml's start. Called once, on
 * the boot core, all cores up, interrupts off. */
void runtime_start(void);

#endif
