/* What entry.S and the C code around it agree on. */
#ifndef BOOT_RISCV64_ENTRY_H
#define BOOT_RISCV64_ENTRY_H

#define HANDOVER_KERNEL 0
#define HANDOVER_ENTER  16
#define HANDOVER_HHDM   32
#define HANDOVER_MODE   40

#ifndef __ASSEMBLER__
#include "core/handover.h"

_Static_assert(offsetof(struct handover, enter) == HANDOVER_ENTER, "entry.S knows the offsets");
_Static_assert(offsetof(struct handover, hhdm) == HANDOVER_HHDM, "entry.S knows the offsets");
_Static_assert(offsetof(struct handover, mode) == HANDOVER_MODE, "entry.S knows the offsets");

/* In entry.S. Leaves the loader: the switch space, the kernel's space, then core_arrive(). */
noreturn void core_switch(struct handover *handover, struct core_start *start);

/* In entry.S: where the SBI starts other harts. A1: struct core_start. */
extern uint8_t core_begin[];
#endif

#endif
