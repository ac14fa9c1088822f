/* gic_v2m.c: a frame of registers that turns a write into a shared interrupt, of which it has a run
 * of its own. Source: Arm Server Base System Architecture 7.1, appendix I (GICv2m). */
#include "errno.h"
#include "interrupts.h"
#include "irq.h"
#include "kspace.h"
#include "machine.h"
#include "msi.h"
#include "paging.h"

enum { MSI_TYPER = 0x008, MSI_SETSPI_NS = 0x040 };

/* The frame says which interrupts are its own, unless firmware says otherwise. SAFETY: the window
 * is mapped, and a frame is a page. */
static void init(void)
{
    phys_t base = discovered.arm.v2m_base;
    uintptr_t frame = base ? kspace_map_phys(base, PAGE_SIZE, PAGE_READ | PAGE_DEVICE) : 0;
    if (frame == 0)
        return;
    uint32_t type = *(volatile uint32_t *)(frame + MSI_TYPER);
    bool is_told = discovered.arm.v2m_nr_spis > 0;
    uint32_t first = is_told ? discovered.arm.v2m_spi_base : type >> 16 & 0x3ff;
    uint32_t count = is_told ? discovered.arm.v2m_nr_spis : type & 0x3ff;
    if (first < INTID_SHARED || first >= INTID_SPECIAL)
        return;
    gic_v2m.first_intid = first;
    gic_v2m.count = MIN(count, INTID_SPECIAL - first);
}

static int alloc(uint32_t index, uint32_t device_id, struct core *core, struct msi_message *message)
{
    (void)device_id;
    uint32_t intid = gic_v2m.first_intid + index;
    line_configure(intid, true, core);
    *message = (struct msi_message){discovered.arm.v2m_base + MSI_SETSPI_NS, intid};
    return 0;
}

static void free_(uint32_t index)
{
    line_mask(gic_v2m.first_intid + index, true);
}

static void mask(uint32_t index, bool masked)
{
    line_mask(gic_v2m.first_intid + index, masked);
}

static int raise(uint32_t index)
{
    line_raise(gic_v2m.first_intid + index);
    return 0;
}

struct msi_ops gic_v2m = {
    .init = init, .alloc = alloc, .free = free_, .mask = mask, .raise = raise};
