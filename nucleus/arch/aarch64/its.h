/* its.h: between gic_its.c, its_tables.c and its_commands.c: an ITS's registers, tables, commands.
 * Source: Arm IHI 0069, chapters 5 and 12. */
#ifndef ARCH_ITS_H
#define ARCH_ITS_H

#include "base.h"

enum {
    GITS_CTLR = 0x00,
    GITS_TYPER = 0x08,
    GITS_CBASER = 0x80,
    GITS_CWRITER = 0x88,
    GITS_CREADR = 0x90,
    GITS_BASER = 0x100,
    GITS_TRANSLATER = 0x10040,
};

/* SAFETY of both: its is the mapped window of the control frame, 64 KiB. */
extern uintptr_t its;

static inline volatile uint32_t *its_reg32(unsigned offset)
{
    return (volatile uint32_t *)(its + offset);
}

static inline volatile uint64_t *its_reg(unsigned offset)
{
    return (volatile uint64_t *)(its + offset);
}

/* Of what an ITS reads and writes: write-back, inner shareable, as our own mapping of it. One that
 * answers that it can't snoop caches is left alone. */
#define ITS_VALID     (1ull << 63)
#define ITS_SHAREABLE (1ull << 10)
#define ITS_CACHEABLE (7ull << 59 | ITS_SHAREABLE)

/* Zeroed memory aligned to 64 KiB, never freed; 0 when there is none. */
phys_t its_memory(size_t size);

/* Gives the ITS its tables of devices and of DISCOVER_CORES collections, and its queue. 0, -ENOMEM,
 * or -ENOTSUP (not coherent, or entries of a size beyond reason). Before it is enabled. */
int its_tables_init(unsigned device_bits);
int its_queue_init(void);

/* Makes sure that the table of devices has an entry for this one. 0 or -ENOMEM. One at a time. */
int its_table_reach(uint32_t device);

/* Commands, done in the order given. Any context. `target` names a core's redistributor. */
void its_map_device(uint32_t device, phys_t table, unsigned event_bits);
void its_unmap_device(uint32_t device);
void its_map_collection(uint32_t collection, uint64_t target);
void its_map_event(uint32_t device, uint32_t event, uint32_t intid, uint32_t collection);
void its_discard(uint32_t device, uint32_t event);
void its_invalidate(uint32_t device, uint32_t event);
void its_interrupt(uint32_t device, uint32_t event);
void its_sync(uint64_t target);

/* Waits until all that were given are done. 0, or -EIO when the ITS stopped. */
int its_wait(void);

#endif
