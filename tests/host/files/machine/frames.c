/* frames.c: frames for tests: pages of this machine's heap, each with a count of its owners behind
 * it. */
#include <caml/mlvalues.h>
#include <stdlib.h>
#include <string.h>
#include "frames.h"
#include "kspace.h"
#include "objects.h"
#include "paging.h"

static long in_use, limit = 1l << 20;

static long *owners(phys_t frame)
{
    return (long *)(frame + PAGE_SIZE);
}

phys_t frames_alloc(unsigned order)
{
    if (order != 0)
        abort();
    if (__atomic_add_fetch(&in_use, 1, __ATOMIC_SEQ_CST) > limit) {
        __atomic_sub_fetch(&in_use, 1, __ATOMIC_SEQ_CST);
        return 0;
    }
    void *frame = aligned_alloc(PAGE_SIZE, 2 * PAGE_SIZE);
    if (frame == NULL)
        abort();
    memset(frame, 0xdd, PAGE_SIZE);
    *owners((phys_t)frame) = 1;
    return (phys_t)frame;
}

void frames_free(phys_t frame, unsigned order)
{
    (void)order;
    long left = __atomic_sub_fetch(owners(frame), 1, __ATOMIC_SEQ_CST);
    if (left < 0)
        abort();
    if (left == 0) {
        __atomic_sub_fetch(&in_use, 1, __ATOMIC_SEQ_CST);
        free((void *)frame);
    }
}

void frames_share(phys_t frame)
{
    __atomic_add_fetch(owners(frame), 1, __ATOMIC_SEQ_CST);
}

uint64_t frames_free_total(void)
{
    return (uint64_t)(limit - __atomic_load_n(&in_use, __ATOMIC_SEQ_CST)) * PAGE_SIZE;
}

bool frames_to_spare(uint64_t bytes)
{
    return frames_free_total() >= kspace_reserve_bytes() + bytes;
}

phys_t frames_alloc_spare(void)
{
    return frames_alloc(0);
}

/* ---- for the test ---- */

value host_frames_in_use(value unit)
{
    (void)unit;
    return Val_long(__atomic_load_n(&in_use, __ATOMIC_SEQ_CST));
}

/* No more than this many; how many it was. */
value host_frames_limit(value frames)
{
    return Val_long(__atomic_exchange_n(&limit, Long_val(frames), __ATOMIC_SEQ_CST));
}

/* No address space shows an object here. */
void aspace_cut(struct object *o)
{
    (void)o;
}
