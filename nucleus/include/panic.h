/* panic.h: the end. */
#ifndef NUCLEUS_PANIC_H
#define NUCLEUS_PANIC_H

#include "base.h"

/* Stops every core, says what broke (printf's %d %u %x %lx %p %s and widths), shows registers and a
 * backtrace with symbols, and ends the machine with exit status 101. For broken invariants of ours
 * only, never for what came from outside. Any context. */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

struct context;
struct fault;
struct unwind;

/* What runtime/ knows of OCaml's frames. */
struct panic_ocaml {
    bool (*step)(
        struct unwind *u); /* from an OCaml return address to its caller; false when it is none */
    void (*describe)(uintptr_t pc); /* prints where in the source it is */
};
extern const struct panic_ocaml panic_ocaml_frames;

/* The same for a CPU exception in kernel code. */
_Noreturn void panic_fault(const struct context *context, const struct fault *fault);

#endif
