/* its_commands.c: the interrupt translation service as a machine that takes commands: its queue,
 * and the commands we give it. Source: Arm IHI 0069, 5.3 (commands) and 12.19 (registers).
 *
 * Invariant: `lock` guards the queue's end; a command is whole in memory before GITS_CWRITER moves
 * past it. */
#include "errno.h"
#include "its.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "spinlock.h"

#define QUEUE_BYTES   (4 * KIB)
#define COMMAND_BYTES 32
#define STALLED       1u
#define SPINS_MAX     1000000 /* far beyond what commands take, for a queue that is stuck */

enum {
    MAPD = 0x08,
    MAPC = 0x09,
    MAPTI = 0x0a,
    INV = 0x0c,
    INT = 0x03,
    SYNC = 0x05,
    DISCARD = 0x0f
};

static uint64_t *queue;
static uint64_t end; /* byte offset: where the next command goes */
static bool lost;    /* a command found no room: the ITS has stopped */
static struct spinlock lock = SPINLOCK_INIT;

int its_queue_init(void)
{
    phys_t phys = its_memory(QUEUE_BYTES);
    if (phys == 0)
        return -ENOMEM;
    queue = phys_to_virt(phys);
    *its_reg(GITS_CBASER) = ITS_VALID | ITS_CACHEABLE | phys | (QUEUE_BYTES / 4096 - 1);
    *its_reg(GITS_CWRITER) = 0;
    return *its_reg(GITS_CBASER) & ITS_SHAREABLE ? 0 : -ENOTSUP;
}

/* With the lock held: waits until the queue has room for one more. */
static bool has_room(void)
{
    uint64_t after = (end + COMMAND_BYTES) % QUEUE_BYTES;
    for (uint32_t spins = 0; spins < SPINS_MAX; spins++) {
        uint64_t done = *its_reg(GITS_CREADR);
        if (done & STALLED)
            return false;
        if (done != after)
            return true;
        arch_relax();
    }
    return false;
}

/* Gives a command; one that the queue has no room for is lost, as its_wait will tell. */
static void give(uint64_t word0, uint64_t word1, uint64_t word2)
{
    irq_state state = spin_lock_irqsave(&lock);
    lost = lost || !has_room();
    if (!lost) {
        uint64_t *command = queue + end / sizeof *queue;
        command[0] = word0;
        command[1] = word1;
        command[2] = word2;
        command[3] = 0;
        end = (end + COMMAND_BYTES) % QUEUE_BYTES;
        __asm__ volatile("dsb ishst" ::: "memory");
        *its_reg(GITS_CWRITER) = end;
    }
    spin_unlock_irqrestore(&lock, state);
}

int its_wait(void)
{
    for (uint32_t spins = 0; spins < SPINS_MAX && !lost; spins++) {
        uint64_t done = *its_reg(GITS_CREADR);
        if (done & STALLED)
            return -EIO;
        if (done == *its_reg(GITS_CWRITER))
            return 0;
        arch_relax();
    }
    return -EIO;
}

void its_map_device(uint32_t device, phys_t table, unsigned event_bits)
{
    give(MAPD | (uint64_t)device << 32, event_bits - 1, ITS_VALID | table);
}

void its_unmap_device(uint32_t device)
{
    give(MAPD | (uint64_t)device << 32, 0, 0);
}

void its_map_collection(uint32_t collection, uint64_t target)
{
    give(MAPC, 0, ITS_VALID | target | collection);
}

void its_map_event(uint32_t device, uint32_t event, uint32_t intid, uint32_t collection)
{
    give(MAPTI | (uint64_t)device << 32, event | (uint64_t)intid << 32, collection);
}

void its_discard(uint32_t device, uint32_t event)
{
    give(DISCARD | (uint64_t)device << 32, event, 0);
}

void its_invalidate(uint32_t device, uint32_t event)
{
    give(INV | (uint64_t)device << 32, event, 0);
}

void its_interrupt(uint32_t device, uint32_t event)
{
    give(INT | (uint64_t)device << 32, event, 0);
}

void its_sync(uint64_t target)
{
    give(SYNC, 0, target);
}
