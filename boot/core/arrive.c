/*
 * Where every core ends up. Runs at its HHDM address with the kernel's page tables; `start` and
 * what it names are HHDM addresses as well.
 */
#include "core/arch.h"

noreturn void core_arrive(struct core_start *start)
{
    struct limine_mp_info *info = phys_ptr(start->info);
    uint64_t entry = handover.entry;
    arch_core_setup(&handover);
    if (info) {
        limine_goto_address target;
        __atomic_store_n(&start->arrived, 1, __ATOMIC_RELEASE);
        while (!(target = __atomic_load_n(&info->goto_address, __ATOMIC_ACQUIRE)))
            arch_relax();
        entry = ptr_phys((const void *)(uintptr_t)target);
    }
    arch_jump(entry, start->stack_top, start->info);
}
