/* Starting other harts: SBI hart state management. */
#include "arch/riscv64/cpu.h"
#include "arch/riscv64/entry.h"
#include "core/arch.h"

bool arch_core_start(struct handover *from, const struct core *core, struct core_start *start)
{
    (void)from;
    return core->method == START_SBI &&
           sbi_call(SBI_HSM, SBI_HSM_START, core->id, ptr_phys(core_begin), ptr_phys(start))
                   .error == 0;
}

/* Each hart brings its own parameters. */
void arch_core_abandon(const struct handover *from, const struct core *core)
{
    (void)from;
    (void)core;
}

void arch_mp_info(struct limine_mp_info *info, const struct core *core)
{
    info->processor_id = core->processor_id;
    info->hartid = core->id;
}

void arch_mp_response(struct limine_mp_response *response, const struct machine *machine,
                      const struct handover *from)
{
    (void)from;
    response->bsp_hartid = machine->boot_core;
}
