/* gic_its.c: messages through an interrupt translation service. A device's write of an event's
 * number to the ITS becomes, by the table of that device, one of our interrupts (an LPI) and a
 * collection; collection n is core n's. What an LPI's priority is, and whether it is enabled,
 * stands in one table for all cores; which ones are pending, in one for each core.
 *
 * Source: Arm IHI 0069, chapters 5 (LPIs and the ITS) and 12 (registers).
 *
 * Invariant: `lock` guards the devices and their events. A message's device and event do not change
 * while it is allocated, so masking and raising it takes no lock but the queue's. */
#include "errno.h"
#include "frames.h"
#include "interrupts.h"
#include "irq.h"
#include "its.h"
#include "kspace.h"
#include "machine.h"
#include "msi.h"
#include "paging.h"
#include "slab.h"

enum { GICR_CTLR = 0x00, GICR_TYPER = 0x08, GICR_PROPBASER = 0x70, GICR_PENDBASER = 0x78 };
#define CTLR_ENABLE_LPIS 1u
#define TYPER_LPIS       1u
#define PENDBASER_ZEROED (1ull << 62)
#define GICR_SHAREABLE   (1ull << 10)
#define GICR_CACHEABLE   (7ull << 7 | GICR_SHAREABLE) /* write-back */

#define GICD_TYPER_LPIS (1u << 17)
#define CTLR_ENABLED    1u
#define CTLR_QUIESCENT  (1u << 31)
#define QUIESCENT_SPINS 10000000

#define INTID_BITS      14 /* the least there is: 8192 LPIs */
#define LPI_ENABLED     1u
#define EVENT_BITS      8 /* of each device */
#define EVENTS          (1u << EVENT_BITS)
#define DEVICE_BITS_MAX 16

struct device {
    struct device *next;
    uint32_t id, nr_events;
    phys_t table;
    bool used[EVENTS];
};

static struct message {
    struct device *device;
    uint32_t event;
} messages[IRQ_MSI_MAX];

uintptr_t its;

static bool target_is_address;
static uint32_t device_bits;
static size_t device_table_bytes;
static volatile uint8_t *config; /* a byte an LPI */
static struct device *devices;
static struct slab device_slab = SLAB_INIT("interrupting devices", struct device, 8);
static struct spinlock lock = SPINLOCK_INIT;

static void configure(uint32_t index, bool enabled)
{
    config[index] = (uint8_t)(GIC_PRIORITY | 2u | (enabled ? LPI_ENABLED : 0));
    __asm__ volatile("dsb ishst" ::: "memory");
}

/* ---- start ---- */

/* Firmware may have left it on. */
static bool turn_off(void)
{
    *its_reg32(GITS_CTLR) &= ~CTLR_ENABLED;
    for (uint32_t spins = 0; spins < QUIESCENT_SPINS; spins++)
        if (*its_reg32(GITS_CTLR) & CTLR_QUIESCENT)
            return true;
    return false;
}

static void read_type(void)
{
    uint64_t type = *its_reg(GITS_TYPER);
    target_is_address = type >> 19 & 1;
    device_bits = MIN((type >> 13 & 0x1f) + 1, DEVICE_BITS_MAX);
    device_table_bytes = EVENTS * ((type >> 4 & 0xf) + 1);
}

static void init(void)
{
    phys_t base = discovered.arm.gic == GIC_V3 ? discovered.arm.its_base : 0;
    if (base == 0 || !(*gicd_reg(GICD_TYPER) & GICD_TYPER_LPIS))
        return;
    its = kspace_map_phys(base, 64 * KIB, PAGE_WRITE | PAGE_DEVICE);
    phys_t table = its_memory((1ul << INTID_BITS) - INTID_MESSAGE);
    if (its == 0 || table == 0 || !turn_off())
        return;
    config = phys_to_virt(table);
    read_type();
    if (its_tables_init(device_bits) != 0 || its_queue_init() != 0)
        return;
    *its_reg32(GITS_CTLR) |= CTLR_ENABLED;
    gic_its.first_intid = INTID_MESSAGE;
    gic_its.count = IRQ_MSI_MAX;
}

/* ---- cores ---- */

/* SAFETY: gicr is the core's mapped redistributor. */
static volatile uint64_t *gicr_reg(const struct core *core, unsigned offset)
{
    return (volatile uint64_t *)(core->arch.gicr + offset);
}

static volatile uint32_t *gicr_control(const struct core *core)
{
    return (volatile uint32_t *)gicr_reg(core, GICR_CTLR);
}

/* How commands name the core's redistributor: by its address or by its number. */
static uint64_t target_of(const struct core *core)
{
    if (target_is_address)
        return core->arch.gicr_phys;
    return (*gicr_reg(core, GICR_TYPER) >> 8 & 0xffff) << 16;
}

/* False when the redistributor has no LPIs, does not snoop caches, or is using tables already,
 * which then can't be replaced. */
static bool give_tables(struct core *core)
{
    if (!(*gicr_reg(core, GICR_TYPER) & TYPER_LPIS) || *gicr_control(core) & CTLR_ENABLE_LPIS)
        return false;
    phys_t pending = its_memory((1ul << INTID_BITS) / 8);
    if (pending == 0)
        return false;
    *gicr_reg(core, GICR_PROPBASER) =
        virt_to_phys((const void *)config) | GICR_CACHEABLE | (INTID_BITS - 1);
    *gicr_reg(core, GICR_PENDBASER) = PENDBASER_ZEROED | GICR_CACHEABLE | pending;
    if (!(*gicr_reg(core, GICR_PROPBASER) & *gicr_reg(core, GICR_PENDBASER) & GICR_SHAREABLE))
        return false;
    *gicr_control(core) |= CTLR_ENABLE_LPIS;
    __asm__ volatile("dsb sy" ::: "memory");
    return true;
}

void its_init_core(struct core *core)
{
    if (!give_tables(core))
        return;
    its_map_collection(core->index, target_of(core));
    its_sync(target_of(core));
    core->arch.has_its = its_wait() == 0;
}

/* ---- devices and events, with the lock held ---- */

static struct device *add_device(uint32_t id)
{
    phys_t table = frames_alloc_bytes(device_table_bytes);
    struct device *device = table ? slab_alloc(&device_slab) : NULL;
    if (device == NULL) {
        if (table)
            frames_free_bytes(table, device_table_bytes);
        return NULL;
    }
    memset(phys_to_virt(table), 0, device_table_bytes);
    *device = (struct device){.next = devices, .id = id, .table = table};
    devices = device;
    its_map_device(id, table, EVENT_BITS);
    return device;
}

static struct device *find_device(uint32_t id)
{
    for (struct device *device = devices; device; device = device->next)
        if (device->id == id)
            return device;
    return its_table_reach(id) == 0 ? add_device(id) : NULL;
}

static void remove_device(struct device *device)
{
    struct device **at = &devices;
    while (*at != device)
        at = &(*at)->next;
    *at = device->next;
    its_unmap_device(device->id);
    if (its_wait() == 0) /* or the ITS may still look there */
        frames_free_bytes(device->table, device_table_bytes);
    slab_free(&device_slab, device);
}

static int take_event(struct device *device)
{
    for (uint32_t event = 0; event < EVENTS; event++)
        if (!device->used[event]) {
            device->used[event] = true;
            device->nr_events++;
            return (int)event;
        }
    return -ENOSPC;
}

static void drop_event(struct device *device, uint32_t event)
{
    device->used[event] = false;
    if (--device->nr_events == 0)
        remove_device(device);
}

static int map(uint32_t index, uint32_t id, const struct core *core)
{
    struct device *device = find_device(id);
    int event = device ? take_event(device) : -ENOMEM;
    if (event < 0)
        return event;
    configure(index, false);
    its_map_event(id, (uint32_t)event, INTID_MESSAGE + index, core->index);
    its_invalidate(id, (uint32_t)event);
    its_sync(target_of(core));
    messages[index] = (struct message){device, (uint32_t)event};
    int error = its_wait();
    if (error) {
        messages[index].device = NULL;
        drop_event(device, (uint32_t)event);
    }
    return error;
}

/* ---- the face of interrupts.h ---- */

static int alloc(uint32_t index, uint32_t device_id, struct core *core, struct msi_message *message)
{
    if (!core->arch.has_its || device_id >> device_bits)
        return -EINVAL;
    irq_state state = spin_lock_irqsave(&lock);
    int error = map(index, device_id, core);
    spin_unlock_irqrestore(&lock, state);
    if (!error)
        *message =
            (struct msi_message){discovered.arm.its_base + GITS_TRANSLATER, messages[index].event};
    return error;
}

static void free_(uint32_t index)
{
    struct message *m = &messages[index];
    irq_state state = spin_lock_irqsave(&lock);
    configure(index, false);
    its_discard(m->device->id, m->event);
    its_sync(target_of(msi_core(IRQ_MSI + index)));
    its_wait();
    drop_event(m->device, m->event);
    m->device = NULL;
    spin_unlock_irqrestore(&lock, state);
}

/* Of a number that is nobody's there is nothing to mask: the ITS knows no event for it. */
static void mask(uint32_t index, bool masked)
{
    if (messages[index].device == NULL)
        return;
    configure(index, !masked);
    its_invalidate(messages[index].device->id, messages[index].event);
}

static int raise(uint32_t index)
{
    its_interrupt(messages[index].device->id, messages[index].event);
    return 0;
}

struct msi_ops gic_its = {
    .init = init, .alloc = alloc, .free = free_, .mask = mask, .raise = raise};
