/* arguments.h: arguments of random system calls: numbers, descriptors, flags, and pointers that are
 * good, bad, or good for a few bytes. */
#ifndef TESTS_PROCESS_FUZZ_ARGUMENTS_H
#define TESTS_PROCESS_FUZZ_ARGUMENTS_H

#include "random.h"

/* Maps the memory that good pointers point into. Once a process, before its threads. */
void arguments_prepare(struct random *random);

/* A call's number: mostly of those that there are. */
long arguments_number(struct random *random);

/* Six arguments for it, such that the call harms nobody but the caller's process. False: the call
 * is not to be made. */
int arguments_for(struct random *random, long number, long arguments[6]);

#endif
