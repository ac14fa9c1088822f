/* paging.h: the kernel's page tables.
 *
 * The kernel's half of every address space, from low to high:
 *   HHDM            all RAM, at physical address + hhdm_offset; read-write, never executable
 *   dynamic range   stacks, device registers, the OCaml heap: handed out by kspace.h
 *   kernel image    at 0xffffffff80000000: text RX, constants R, data RW
 * No page is writable and executable. Mapping needs the paging lock, taken inside; any context. */
#ifndef NUCLEUS_PAGING_H
#define NUCLEUS_PAGING_H

#include "base.h"

#undef PAGE_SIZE /* musl's limits.h has one */
#define PAGE_SIZE       4096ul
#define LARGE_PAGE_SIZE (2 * MIB)

/* What a mapping allows. PAGE_NONE keeps the frame but faults on every access. */
enum page_flags {
    PAGE_NONE = 0,
    PAGE_READ = 1,
    PAGE_WRITE = 2, /* implies PAGE_READ */
    PAGE_EXEC = 4,
    PAGE_DEVICE = 8,         /* uncached, ordered: device registers */
    PAGE_WRITE_COMBINE = 16, /* uncached, gathered: framebuffers */
    PAGE_USER = 32,          /* user mode may, and the kernel only when it says so */
    PAGE_FOREIGN = 64,       /* with PAGE_USER: the frame is not the allocator's */
};

extern uintptr_t hhdm_offset;
extern uintptr_t kspace_start,
    kspace_end; /* the dynamic range; its size depends on the paging mode */

/* SAFETY: the HHDM maps all RAM for as long as the kernel lives; the caller owns what lies at
 * `phys`. */
static inline void *phys_to_virt(phys_t phys)
{
    return (void *)(uintptr_t)(phys + hhdm_offset);
}

/* The inverse, for addresses in the HHDM alone. */
static inline phys_t virt_to_phys(const void *virt)
{
    return (uintptr_t)virt - hhdm_offset;
}

struct boot_info;

/* Builds the kernel's own tables from what the loader handed over and switches this core to
 * them. */
void paging_init(const struct boot_info *boot);

/* Switches another core to the kernel's tables. */
void paging_enter(void);

/* Maps [virt, virt + size) to [phys, phys + size), with large pages where both are aligned. What is
 * mapped there already must have been unmapped. Returns 0 or -ENOMEM (no frame for a table; nothing
 * is mapped). */
int paging_map(uintptr_t virt, phys_t phys, size_t size, unsigned flags);

/* What one step of paging_unmap removed: `count` frames' worth of a mapping of `order`. */
struct unmapped {
    phys_t phys;
    unsigned order; /* 0 or 9 */
};

/* Unmaps from the start of [virt, virt + size) until the range is done or `removed` is full. A
 * large page that the range covers in part is split first, as is its block of frames
 * (frames_split). Returns how many entries it filled, and in *done how many bytes it covered. The
 * caller flushes (tlb_flush) before it reuses frames or addresses. */
unsigned paging_unmap(uintptr_t virt, size_t size, struct unmapped *removed, unsigned max,
                      size_t *done);

/* Changes the flags of what is mapped in the range; holes stay holes. The caller flushes. */
int paging_protect(uintptr_t virt, size_t size, unsigned flags);

struct mapping {
    phys_t phys; /* of virt itself */
    unsigned flags;
    size_t page_size;
};

/* What virt is mapped to; false when nothing is, with page_size then the size of the empty entry
 * around it. Reads tables only: safe in a panic. */
bool paging_lookup(uintptr_t virt, struct mapping *mapping);

/* How many pages (large ones count once) allow all of these flags. Walks all tables: for tests. */
size_t paging_count(unsigned flags);

/* May 8 bytes at virt be read without a fault? Safe in a panic. */
bool paging_readable(uintptr_t virt);

/* Makes an empty top table of a user's have the kernel's half as well, where both are in one
 * table. */
void paging_copy_kernel_half(phys_t root);

/* Forgets cached translations of the range on every core that runs. No spinlock may be held; while
 * it waits for others it answers them. */
void tlb_flush(uintptr_t virt, size_t size);

struct aspace;

/* The same for a user's pages, on the cores that are in the space; and has these leave it. */
void tlb_flush_user(struct aspace *a, uintptr_t virt, size_t size);
void tlb_leave(struct aspace *a);

/* Whether what is written into memory is what is executed from there, without any more ado. */
extern bool code_is_coherent;

/* What has been written into the space's pages is executed there from now on, on every core: where
 * that is for each core to see to (CODE_IS_FETCHED_ANEW), those in the space do at once, the others
 * when they come. */
void tlb_code_changed(struct aspace *a);

#endif
