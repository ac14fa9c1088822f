/* kspace.h: the kernel's dynamic address range: who owns which addresses, and the frames behind
 * them.
 *
 * A reservation is addresses without frames; committing gives them zeroed frames, at once, so that
 * kernel code never takes a page fault for memory it owns. Neighbouring reservations are separate:
 * releasing part of one splits it. Thread context only (a flush may wait for other cores). */
#ifndef NUCLEUS_KSPACE_H
#define NUCLEUS_KSPACE_H

#include "base.h"

void kspace_init(void);

/* A fresh range of `size` bytes (rounded up to pages), nothing behind it; 0 when addresses ran out.
 */
uintptr_t kspace_reserve(size_t size, size_t align);

/* Backs every hole of the range with zeroed frames and gives all of it these page flags. Returns 0,
 * -ENOMEM (then what was committed before stays, nothing else) or -EINVAL (outside any
 * reservation). */
int kspace_commit(uintptr_t start, size_t size, unsigned flags);

/* Frees the frames of the range; the addresses stay reserved. */
int kspace_decommit(uintptr_t start, size_t size);

/* Frees frames and addresses of the range, which may cover several reservations, or parts. */
int kspace_release(uintptr_t start, size_t size);

/* Is the whole range reserved? */
bool kspace_owns(uintptr_t start, size_t size);

/* kspace_reserve and kspace_commit in one: zeroed memory, or 0. */
uintptr_t kspace_alloc(size_t size, unsigned flags);

/* A stack with an unmapped guard page below: the address of its top, or 0. */
uintptr_t kspace_stack(size_t size);
void kspace_stack_free(uintptr_t top, size_t size);

/* Maps device registers or foreign physical memory; the offset in the page is kept. 0 on failure.
 * Undone with the same size; what lies there is nobody's to free. */
uintptr_t kspace_map_phys(phys_t phys, size_t size, unsigned flags);
void kspace_unmap_phys(uintptr_t virt, size_t size);

uint64_t kspace_committed(void); /* bytes of frames now behind the range */

/* Commits that would leave fewer free frames than this fail when they are larger than KSPACE_SMALL:
 * the rest is for the garbage collector's promotions, which must not fail (the largest are its
 * tables). */
#define KSPACE_SMALL (1 * MIB)
void kspace_set_reserve(uint64_t bytes);
uint64_t kspace_reserve_bytes(void);

#endif
