/* Answers to all requests but MP. */
#ifndef BOOT_ANSWERS_H
#define BOOT_ANSWERS_H

#include "core/boot.h"

/*
 * Fills in every response. The last one is the memory map: what is left of the arena goes back to
 * usable memory, so nothing may be taken from it afterwards.
 */
void answer_requests(struct kernel *kernel, struct machine *machine, uint64_t hhdm);

#endif
