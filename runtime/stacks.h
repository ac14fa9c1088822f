/* stacks.h: a limit for the stacks that OCaml keeps of fibers that ended. */
#ifndef RUNTIME_STACKS_H
#define RUNTIME_STACKS_H

/* Before the first domain runs. */
void stacks_init(void);

#endif
