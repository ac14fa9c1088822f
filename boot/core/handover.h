/*
 * The way from the loader into the kernel, for the boot core and for every other one.
 *
 * A core that leaves the loader's world first enters the *switch space*: the kernel's upper half,
 * and below it the few pages that the switching code itself runs in, mapped one to one. From there
 * it jumps to the same code's HHDM address, loads the kernel's space and arrives in core_arrive().
 * Everything from there on is reached through the HHDM, so the kernel may do what it likes with
 * the lower half while cores are still parked.
 */
#ifndef BOOT_HANDOVER_H
#define BOOT_HANDOVER_H

#include "core/paging.h"
#include "limine.h"

/* One core's way in. Its fields are read by entry.S: keep the offsets. */
struct core_start {
    uint64_t stack_top; /* HHDM */
    uint64_t info;      /* HHDM, struct limine_mp_info; 0 for the boot core */
    uint64_t arrived;   /* set by the core once nothing outside the HHDM matters to it */
};

/* What all cores share. The first fields are read by entry.S: keep the offsets. */
struct handover {
    struct address_space kernel; /*  0,  8 */
    struct address_space enter;  /* 16, 24: the switch space */
    uint64_t hhdm;               /* 32 */
    uint64_t mode;               /* 40: LIMINE_PAGING_MODE_... */
    uint64_t entry;              /* 48: virtual, of the kernel */
    uint64_t identity_base;      /* 56: what the switch space maps one to one */
    uint64_t identity_size;      /* 64 */
    uint64_t low_page;           /* 72: x86_64: the trampoline, below 1 MiB */
    uint64_t el2_stub;           /* 80: aarch64: its code, or 0 when we weren't entered at EL2 */
    bool x2apic;                 /* x86_64: on, or to be turned on */
    uint32_t psci_cpu_on;        /* aarch64: PSCI's function number */
};

/* The only one; other cores find it here. */
extern struct handover handover;

/* In the kernel's space, on the core's own stack: waits for the kernel's word, then jumps. */
noreturn void core_arrive(struct core_start *start);

#endif
