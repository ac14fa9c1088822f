/* heap.c: the stub of kernel/hal/heap.ml: live words, counted block by block. The runtime's own
 * count is wrong after compactions (docs/runtime.md). */
#define CAML_INTERNALS
#include <caml/domain.h>
#include <caml/mlvalues.h>
#include <caml/shared_heap.h>
#include <caml/sizeclasses.h>
#include <stdatomic.h>

/* As in shared_heap.c of OCaml 5.3, which keeps these to itself. */
struct pool {
    struct pool *next;
    value *next_free;
    caml_domain_state *owner;
    unsigned size_class;
};

struct large {
    caml_domain_state *owner;
    struct large *next;
};

struct caml_heap_state {
    struct pool *pools[4][NUM_SIZECLASSES]; /* swept and not, each with room and full */
    struct large *large[2];
};

_Static_assert(sizeof(struct pool) == POOL_HEADER_WSIZE * sizeof(value), "a pool's header");

static uintnat live_words_of(header_t header)
{
    return Has_status_hd(header, caml_global_heap_state.GARBAGE) ? 0 : Whsize_hd(header);
}

static uintnat live_words_in(const struct pool *pool, unsigned size_class)
{
    const header_t *header = (const header_t *)pool, *end = header + POOL_WSIZE;
    unsigned size = wsize_sizeclass[size_class];
    uintnat words = 0;
    for (header += POOL_HEADER_WSIZE + wastage_sizeclass[size_class]; header + size <= end;
         header += size)
        if (*header != 0) /* else it is free */
            words += live_words_of(*header);
    return words;
}

static uintnat live_words(const struct caml_heap_state *heap)
{
    uintnat words = 0;
    for (unsigned list = 0; list < 4; list++)
        for (unsigned size_class = 0; size_class < NUM_SIZECLASSES; size_class++)
            for (struct pool *pool = heap->pools[list][size_class]; pool != NULL; pool = pool->next)
                words += live_words_in(pool, size_class);
    for (unsigned list = 0; list < 2; list++)
        for (struct large *large = heap->large[list]; large != NULL; large = large->next)
            words += live_words_of(*(header_t *)(large + 1));
    return words;
}

static void count_own(caml_domain_state *domain, void *words, int participants,
                      caml_domain_state **participating)
{
    (void)participating;
    atomic_fetch_add((_Atomic uintnat *)words, live_words(domain->shared_heap));
    caml_global_barrier(participants);
}

/* SAFETY: each domain walks its own heap while the world stands still, so no block changes; none
 * goes on before all have counted, so the sum is complete and still on this stack. */
value hal_heap_live_words(value unit)
{
    (void)unit;
    _Atomic uintnat words;
    do
        atomic_store(&words, 0);
    while (!caml_try_run_on_all_domains(count_own, &words, NULL));
    return Val_long(words);
}
