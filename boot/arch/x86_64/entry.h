/* The trampoline's page, as entry.S and the C code around it see it. */
#ifndef BOOT_X86_64_ENTRY_H
#define BOOT_X86_64_ENTRY_H

#include "core/handover.h"

struct far_pointer {
    uint32_t offset;
    uint16_t selector;
} __attribute__((packed));

/* A descriptor table register's operand with the padding that aligns its base. */
struct descriptor_table {
    uint16_t padding[3];
    uint16_t limit;
    uint64_t base; /* the low 4 bytes alone in 16- and 32-bit code */
} __attribute__((packed, aligned(8)));

/* Fields are read by entry.S: keep the offsets. */
struct trampoline {
    struct descriptor_table gdt_low;  /*  0: for the trampoline */
    struct descriptor_table gdt_high; /* 16: the same table at its HHDM address */
    uint64_t resume;                  /* 32: HHDM address of the code to go on with */
    uint64_t start;                   /* 40: HHDM address of this core's struct core_start */
    uint32_t cr3, cr4, efer;          /* 48, 52, 56 */
    struct far_pointer to_32, to_64;  /* 60, 66 */
} __attribute__((packed, aligned(8)));

_Static_assert(offsetof(struct trampoline, to_64) == 66, "entry.S knows the offsets");
_Static_assert(offsetof(struct core_start, info) == 8, "entry.S knows the offsets");
_Static_assert(offsetof(struct handover, kernel) == 0, "entry.S knows the offsets");

/* In entry.S: code that is copied to the page, and labels in it. */
extern uint8_t trampoline_begin[], trampoline_32[], trampoline_64[], trampoline_gdt[],
    trampoline_gdt_end[], trampoline_fields[], trampoline_end[];

/* In entry.S: where a core goes on at an HHDM address. */
extern uint8_t trampoline_resume[];

/* In entry.S: from 64-bit code into the page's 32-bit part. */
noreturn void trampoline_enter(uint64_t page, const struct descriptor_table *gdt, uint64_t target);

#endif
