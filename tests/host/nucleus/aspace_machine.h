/* aspace_machine.h: what tests of address spaces run on: memory that is a window of the host's,
 * what the spaces call of the rest of the nucleus, and a core that touches their pages. */
#ifndef TESTS_HOST_ASPACE_MACHINE_H
#define TESTS_HOST_ASPACE_MACHINE_H

#include "hosted.h"
#include "aspace.h"
#include "errno.h"
#include "frames.h"
#include "pte.h"
#include <sys/mman.h>

#define WINDOW (64 * MIB)
#define LIMIT  4096

/* ---- a machine ---- */

uintptr_t hhdm_offset;
unsigned paging_levels = 4, paging_largest_level = 1;
static uint64_t flushes;

void paging_copy_kernel_half(phys_t root)
{
    (void)root;
}

void tlb_leave(struct aspace *a)
{
    CHECK(a != NULL);
}

void arch_flush_user(uintptr_t start, size_t size)
{
    CHECK(start % PAGE_SIZE == 0 && size > 0);
}

void tlb_flush_user(struct aspace *a, uintptr_t start, size_t size)
{
    CHECK(a != NULL && start % PAGE_SIZE == 0 && size > 0);
    flushes++;
}

/* Code: what may be executed are frames whose content every core has been told of. */
bool code_is_coherent = true;
static const void *code_written;
static uint64_t code_changes;

void arch_code_written(void *start, size_t size)
{
    CHECK_EQ(size, PAGE_SIZE);
    code_written = start;
}

void tlb_code_changed(struct aspace *a)
{
    CHECK(a != NULL && code_written);
    code_changes++;
}

static inline void boot(void)
{
    void *window = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(window != MAP_FAILED);
    memset(window, 0xa5, WINDOW); /* what is not zeroed shows */
    hhdm_offset = (uintptr_t)window;
    CHECK_EQ(frames_add(FRAME_SIZE, WINDOW), 0);
}

/* ---- a core ---- */

/* Where the address lies, when that may be done there, after as many faults as it takes. */
static inline enum fault_end touch(struct aspace *a, uintptr_t at, unsigned wants, uint64_t **word)
{
    struct absent_page absent;
    for (unsigned tries = 0; tries < 3; tries++) {
        phys_t phys = 0;
        unsigned flags = aspace_flags(a, at, &phys);
        if ((flags & wants) == wants && flags & PAGE_USER) {
            *word = phys_to_virt(phys);
            return FAULT_RESOLVED;
        }
        enum fault_end end = aspace_fault(a, at, wants, &absent);
        if (end != FAULT_RESOLVED)
            return end;
    }
    FAIL("%#lx: faults without end", at);
}

static inline uint64_t load(struct aspace *a, uintptr_t at)
{
    uint64_t *word;
    CHECK_EQ(touch(a, at, PAGE_READ, &word), FAULT_RESOLVED);
    return *word;
}

static inline void store(struct aspace *a, uintptr_t at, uint64_t value)
{
    uint64_t *word;
    CHECK_EQ(touch(a, at, PAGE_WRITE, &word), FAULT_RESOLVED);
    *word = value;
}

#define RW (PAGE_READ | PAGE_WRITE)
#define AT 0x10000000ul

static inline uint64_t free_frames(void)
{
    return frames_free_total() / FRAME_SIZE;
}

#endif
