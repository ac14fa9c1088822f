/* Starting other cores: PSCI (Arm DEN0022) or, where a device tree says so, spin tables. */
#include "arch/aarch64/cache.h"
#include "arch/aarch64/cpu.h"
#include "arch/aarch64/entry.h"
#include "arch/aarch64/psci.h"
#include "core/arch.h"

uint64_t spinning_start;

/* Devicetree Specification 3.8.1: the core polls its release address with caches off. */
static void spin_release(const struct core *core, struct core_start *start)
{
    spinning_start = ptr_phys(start);
    cache_settle(ptr_phys(&spinning_start), sizeof(spinning_start));
    *(volatile uint64_t *)phys_ptr(core->spin_address) = ptr_phys(core_begin_spinning);
    cache_settle(core->spin_address, sizeof(uint64_t));
    __asm__ volatile("dsb sy; sev" ::: "memory");
}

bool arch_core_start(struct handover *from, const struct core *core, struct core_start *start)
{
    cache_settle(ptr_phys(start), sizeof(*start));
    switch (core->method) {
    case START_PSCI_HVC:
        if (current_level() == 2)
            return false; /* it would call ourselves */
        /* fall through */
    case START_PSCI_SMC:
        return psci_call(core->method, from->psci_cpu_on, core->id, ptr_phys(core_begin),
                         ptr_phys(start)) == 0;
    case START_SPIN:
        spin_release(core, start);
        return true;
    default:
        return false;
    }
}

/* With PSCI each core brings its own parameters. */
void arch_core_abandon(const struct handover *from, const struct core *core)
{
    (void)from;
    if (core->method != START_SPIN)
        return;
    *(volatile uint64_t *)phys_ptr(core->spin_address) = 0;
    cache_settle(core->spin_address, sizeof(uint64_t));
}

void arch_mp_info(struct limine_mp_info *info, const struct core *core)
{
    info->processor_id = core->processor_id;
    info->mpidr = core->id;
}

void arch_mp_response(struct limine_mp_response *response, const struct machine *machine,
                      const struct handover *from)
{
    (void)from;
    response->bsp_mpidr = machine->boot_core;
}
