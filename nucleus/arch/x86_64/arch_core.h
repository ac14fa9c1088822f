/* arch_core.h: what a core owns on x86_64: its descriptor table and task state segment.
 * Source: Intel SDM volume 3, 3.4 (descriptors), 8.7 (64-bit TSS). */
#ifndef ARCH_CORE_H
#define ARCH_CORE_H

#include "base.h"

/* IST numbers. An IST stack does not nest, so everything that can interrupt a handler has its own.
 */
enum ist { IST_INTERRUPT = 1, IST_FAULT, IST_NMI, IST_DOUBLE_FAULT, IST_MACHINE_CHECK, IST_DEBUG };
#define NR_FAULT_STACKS 5

struct tss {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7]; /* ist[n - 1] is IST n */
    uint64_t reserved2;
    uint16_t reserved3, io_map;
} __attribute__((packed));

struct arch_core {
    uint64_t gdt[7];
    struct tss tss __attribute__((aligned(16)));
    uintptr_t fault_stack[NR_FAULT_STACKS]; /* tops, from IST_FAULT on */
};

extern char boot_fault_stack_top[];
#define ARCH_CORE_BOOT                                                                             \
    {                                                                                              \
        .fault_stack = {                                                                           \
            (uintptr_t)boot_fault_stack_top,                                                       \
            (uintptr_t)boot_fault_stack_top,                                                       \
            (uintptr_t)boot_fault_stack_top,                                                       \
            (uintptr_t)boot_fault_stack_top,                                                       \
            (uintptr_t)boot_fault_stack_top                                                        \
        }                                                                                          \
    }

#endif
