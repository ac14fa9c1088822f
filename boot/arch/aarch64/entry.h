/* What entry.S and the C code around it agree on. */
#ifndef BOOT_AARCH64_ENTRY_H
#define BOOT_AARCH64_ENTRY_H

/* Indexes into MAIR_EL1. */
#define ATTRIBUTE_NORMAL      0 /* write-back, read- and write-allocate, not transient */
#define ATTRIBUTE_FRAMEBUFFER 1 /* not cacheable: writes may be combined */
#define MAIR_VALUE            0x44ff

/* Offsets in struct handover. */
#define HANDOVER_KERNEL_LOW 0
#define HANDOVER_ENTER_LOW  16
#define HANDOVER_ENTER_HIGH 24
#define HANDOVER_HHDM       32
#define HANDOVER_EL2_STUB   80

#ifndef __ASSEMBLER__
#include "core/handover.h"

_Static_assert(offsetof(struct handover, hhdm) == HANDOVER_HHDM, "entry.S knows the offsets");
_Static_assert(offsetof(struct handover, el2_stub) == HANDOVER_EL2_STUB, "entry.S knows them");

/* In entry.S. Leaves the loader: EL1, MMU on, the switch space, then core_arrive(). */
noreturn void core_switch(struct handover *handover, struct core_start *start);

/* In entry.S: where other cores begin, MMU off. X0: struct core_start. */
extern uint8_t core_begin[];
/* The same for cores that bring no argument: it is taken from here. */
extern uint8_t core_begin_spinning[];
extern uint64_t spinning_start;

/* In el2_stub.S: copied to a page of its own. */
extern uint8_t el2_stub_begin[], el2_stub_end[];
#endif

#endif
