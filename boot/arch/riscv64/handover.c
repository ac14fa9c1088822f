/* Getting ready to leave the loader's world. */
#include "arch/riscv64/cpu.h"
#include "arch/riscv64/entry.h"
#include "core/arch.h"
#include "core/image.h"

void arch_reserve(struct handover *to)
{
    to->identity_base = ROUND_DOWN(ptr_phys(image_begin), PAGE_SIZE);
    to->identity_size = ROUND_UP(ptr_phys(image_end), PAGE_SIZE) - to->identity_base;
}

/* Interrupts are off at each hart; the state of the PLIC or APLIC is left undefined. */
void arch_prepare(struct handover *to, const struct machine *machine)
{
    (void)to;
    (void)machine;
}

noreturn void arch_switch(struct handover *from, struct core_start *start)
{
    core_switch(from, start);
}

/* sstatus: FS, VS, XS off; SUM, MXR and SPIE clear. */
#define SSTATUS_CLEARED 0xde720ULL

void arch_core_setup(const struct handover *from)
{
    (void)from;
    __asm__ volatile("csrc sstatus, %0\n\tfence.i" ::"r"(SSTATUS_CLEARED) : "memory");
}
