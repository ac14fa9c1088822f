/*
 * Getting ready to leave the loader's world: the EL2 stub, and caches.
 *
 * What is read with the MMU off (our code, struct handover) has to be in memory and not only in a
 * cache. When the loader itself runs with the MMU off, the reverse holds for everything that it
 * wrote and the kernel will read: no cache may hold older contents.
 */
#include "arch/aarch64/cache.h"
#include "arch/aarch64/cpu.h"
#include "arch/aarch64/entry.h"
#include "core/arch.h"
#include "core/frontend.h"
#include "core/image.h"
#include "core/string.h"

void arch_reserve(struct handover *to)
{
    to->identity_base = ROUND_DOWN(ptr_phys(image_begin), PAGE_SIZE);
    to->identity_size = ROUND_UP(ptr_phys(image_end), PAGE_SIZE) - to->identity_base;
    if (current_level() != 2)
        return;
    to->el2_stub =
        front_alloc(PAGE_SIZE, PAGE_SIZE, FRONT_ANYWHERE, LIMINE_MEMMAP_RESERVED, "the EL2 stub");
    memcpy(phys_ptr(to->el2_stub), el2_stub_begin, (size_t)(el2_stub_end - el2_stub_begin));
}

static void settle_type(const struct memmap *map, uint32_t type)
{
    for (unsigned i = 0; i < map->nr; i++) {
        if (map->entries[i].type == type)
            cache_settle(map->entries[i].base, map->entries[i].end - map->entries[i].base);
    }
}

/* For arch_switch(): what was written since arch_prepare() must be settled again. */
static const struct memmap *map;

static void settle_answers(const struct handover *from)
{
    if (!mmu_is_on())
        settle_type(map, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE);
    else
        cache_settle(from->identity_base, from->identity_size);
}

void arch_prepare(struct handover *to, const struct machine *machine)
{
    map = &machine->memmap;
    to->psci_cpu_on = machine->psci_cpu_on;
    if (to->el2_stub)
        cache_settle(to->el2_stub, PAGE_SIZE);
    settle_type(map, LIMINE_MEMMAP_EXECUTABLE_AND_MODULES);
    settle_answers(to);
}

noreturn void arch_switch(struct handover *from, struct core_start *start)
{
    settle_answers(from);
    core_switch(from, start);
}

/* MAIR, TCR and SCTLR are the same for all and were set on the way in. */
void arch_core_setup(const struct handover *from)
{
    (void)from;
}
