/* low_memory.c: OCaml's Out_of_memory in time.
 *
 * OCaml cannot give up in the middle of a minor collection: what survives it must find room, or the
 * runtime aborts. So a reserve of frames is kept in which every minor heap can be promoted, and
 * what the runtime allocates besides while it does so. Large mappings are refused once they would
 * touch it (kspace.c), which the runtime turns into Out_of_memory by itself. Small ones, the
 * promotions', are given; but the domain that took one then stops at its next poll point: it
 * collects and compacts, and when that didn't help it gets Out_of_memory there. It is told again
 * only once it has taken as much as GRACE_BYTES since, so that it can come to an end while others
 * hold the memory; below a quarter of the reserve it is told at every poll point.
 *
 * At a poll point (poll_point.h) it is told. */
#include "poll_point.h"
#include <caml/major_gc.h>
#include <caml/memory.h>
#include "frames.h"
#include "kcall.h"
#include "kspace.h"
#include "loop.h"
#include "thread.h"

value caml_exception_out_of_memory(void);

#define FIXED_BYTES      (4 * MIB)
/* Tables of remembered pointers, the mark stack, a part-filled pool a size. */
#define PER_DOMAIN_BYTES (3 * MIB)
#define GRACE_BYTES      (1 * MIB)

static _Thread_local uint64_t taken_bytes; /* since the domain's last Out_of_memory */

/* A minor heap's blocks take half as much again in pools of fixed sizes, at worst. */
static uint64_t reserve_wanted(void)
{
    struct frames_stats stats;
    frames_stats(&stats);
    uint64_t minor_heap = Caml_state->minor_heap_wsz * sizeof(value);
    uint64_t domains = atomic_load_relaxed(&caml_num_domains_running);
    return MIN(FIXED_BYTES + domains * (PER_DOMAIN_BYTES + minor_heap + minor_heap / 2),
               stats.total_bytes / 4);
}

/* Before OCaml starts there may not even be thread-local memory. A backup thread works for a domain
 * that is blocked: that one asked for nothing. */
static bool is_asking_domain(void)
{
    return atomic_load_relaxed(&caml_num_domains_running) > 0 && Caml_state_opt != NULL &&
           thread_current()->priority != THREAD_URGENT;
}

void low_memory_check(uint64_t new_bytes)
{
    if (!is_asking_domain())
        return;
    taken_bytes += new_bytes;
    uint64_t reserve = reserve_wanted();
    kspace_set_reserve(reserve);
    if (frames_free_total() < reserve)
        poll_point_request(Caml_state);
}

/* At a poll point. The first cycle ends what has begun, the second finds all that is unreachable by
 * now, the third sweeps it and gives empty pools back. What is in the middle of an update of what
 * others share goes on. */
void low_memory_at_poll(void)
{
    uint64_t reserve = kspace_reserve_bytes();
    loop_collection_begins();
    for (int cycle = 0; cycle < 3 && frames_free_total() < reserve; cycle++)
        caml_finish_major_cycle(cycle == 2);
    loop_collection_ends();
    uint64_t left = frames_free_total();
    if (left >= reserve)
        return;
    bool urgent = left < reserve / 4;
    if (taken_bytes < GRACE_BYTES && !urgent)
        return;
    bool critical = poll_point_is_critical();
    if (urgent || critical)
        poll_point_request(Caml_state);
    if (critical)
        return; /* the next poll point may lie outside */
    taken_bytes = 0;
    poll_point_raise(caml_exception_out_of_memory());
}
