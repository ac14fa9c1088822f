/* ring.c: the stubs of kernel/hal/ring.ml.
 *
 * An end is memory of a Bigarray, which stays where it is. Those that copy do not allocate, so no
 * collection moves the array or bytes meanwhile. What ring.ml does not check is checked here. */
#include <caml/bigarray.h>
#include <caml/mlvalues.h>
#include "cores.h"
#include "errno.h"
#include "ring.h"

/* How reserve and take answer two numbers at once: the first cell's number, and how many. */
#define COUNT_BITS 21 /* RING_CAPACITY_MAX fits */

/* C that is called from OCaml is bounded: what one push or pop may move, 64 KiB of cells. */
#define BATCH_MAX 1024

struct producer {
    struct ring_producer end;
    uint32_t owner;   /* the core that uses the end, plus one; 0: none yet */
    uint32_t payload; /* words of an item */
};

struct consumer {
    struct ring_consumer end;
    uint32_t owner;
    uint32_t payload;
};

static struct producer *producer_of(value state)
{
    return Caml_ba_data_val(state);
}

static struct consumer *consumer_of(value state)
{
    return Caml_ba_data_val(state);
}

/* Whether the end is the calling core's, from now on if it was nobody's. A thread is bound to its
 * core for life. */
static inline bool is_mine(uint32_t *owner)
{
    uint32_t me = this_core()->index + 1;
    if (__builtin_expect(*owner == me, true))
        return true;
    return *owner == 0 && (*owner = me, true);
}

/* ---- making ends ---- */

value hal_ring_bytes(value unit)
{
    (void)unit;
    _Static_assert(sizeof(struct producer) <= 256 && sizeof(struct consumer) <= 256, "");
    return Val_long(256);
}

/* Words from the array's beginning to its first cache line. */
value hal_ring_misaligned(value array)
{
    uintptr_t at = (uintptr_t)Caml_ba_data_val(array);
    return Val_long((ALIGN_UP(at, 64) - at) / 8);
}

/* SAFETY: ring.ml keeps `memory`, whose part this is, as long as the view. */
value hal_ring_view(value memory, value offset_bytes, value nr_words)
{
    intnat size = Long_val(nr_words);
    return caml_ba_alloc(CAML_BA_CAML_INT | CAML_BA_C_LAYOUT | CAML_BA_EXTERNAL, 1,
                         (char *)Caml_ba_data_val(memory) + Long_val(offset_bytes), &size);
}

value hal_ring_producer_init(value state, value block, value capacity, value flags)
{
    struct producer *p = producer_of(state);
    p->owner = 0;
    p->payload = ring_payload_words((unsigned)Long_val(flags));
    return Val_long(ring_producer_init(&p->end, Caml_ba_data_val(block),
                                       (uint32_t)Long_val(capacity), (unsigned)Long_val(flags)));
}

value hal_ring_consumer_init(value state, value block, value capacity, value flags, value copies)
{
    struct consumer *c = consumer_of(state);
    const struct caml_ba_array *array = Caml_ba_array_val(copies);
    uint32_t nr_copies = (uint32_t)(array->dim[0] / RING_CELL_WORDS);
    c->owner = 0;
    c->payload = ring_payload_words((unsigned)Long_val(flags));
    return Val_long(ring_consumer_init(&c->end, Caml_ba_data_val(block),
                                       (uint32_t)Long_val(capacity), (unsigned)Long_val(flags),
                                       nr_copies > 0 ? array->data : NULL, nr_copies));
}

value hal_ring_producer_adopt(value state)
{
    producer_of(state)->owner = this_core()->index + 1;
    return Val_unit;
}

value hal_ring_consumer_adopt(value state)
{
    consumer_of(state)->owner = this_core()->index + 1;
    return Val_unit;
}

/* ---- in place ---- */

static value pack(int64_t first, int nr)
{
    return Val_long(first << COUNT_BITS | nr);
}

value hal_ring_reserve(value state, value wanted)
{
    struct producer *p = producer_of(state);
    struct ring_cell *cells;
    if (!is_mine(&p->owner))
        return Val_long(-EPERM);
    int nr = ring_reserve(&p->end, (uint32_t)Long_val(wanted), &cells);
    return nr < 0 ? Val_long(nr) : pack(cells - p->end.ring->cell, nr);
}

value hal_ring_publish(value state, value nr)
{
    struct producer *p = producer_of(state);
    if (!is_mine(&p->owner))
        return Val_long(-EPERM);
    return Val_long(ring_publish(&p->end, (uint32_t)Long_val(nr)));
}

value hal_ring_take(value state, value wanted)
{
    struct consumer *c = consumer_of(state);
    const struct ring_cell *cells;
    if (!is_mine(&c->owner))
        return Val_long(-EPERM);
    int nr = ring_take(&c->end, (uint32_t)Long_val(wanted), &cells);
    const struct ring_cell *base = c->end.copies ? c->end.copies : c->end.ring->cell;
    return nr < 0 ? Val_long(nr) : pack(cells - base, nr);
}

value hal_ring_release(value state, value nr)
{
    struct consumer *c = consumer_of(state);
    if (!is_mine(&c->owner))
        return Val_long(-EPERM);
    return Val_long(ring_release(&c->end, (uint32_t)Long_val(nr)));
}

value hal_ring_set_int64(value cells, intnat word, int64_t content)
{
    ((int64_t *)Caml_ba_data_val(cells))[word] = content;
    return Val_unit;
}

int64_t hal_ring_get_int64(value cells, intnat word)
{
    return ((const int64_t *)Caml_ba_data_val(cells))[word];
}

/* ---- words of an int array, several items at once ---- */

/* Where items stand in OCaml's memory, one after another, and how many words each has. */
struct place {
    value *at;
    uintnat width;
};

static inline __attribute__((always_inline)) void put_item(struct ring_cell *cell,
                                                           const value *from, unsigned width)
{
#pragma GCC unroll 8
    for (unsigned w = 0; w < width; w++)
        cell->word[w] = (uint64_t)Long_val(from[w]);
}

/* SAFETY: what is overwritten and what is written are immediate values: no write barrier. */
static inline __attribute__((always_inline)) void get_item(value *to, const struct ring_cell *cell,
                                                           unsigned width)
{
#pragma GCC unroll 8
    for (unsigned w = 0; w < width; w++)
        to[w] = Val_long(cell->word[w]);
}

/* A loop for each width, so that what it does for an item is laid out flat. Where it pays it moves
 * four items at a time, as counting one costs as much as a word; MOVE(i) moves the i-th of the
 * next. */
#define BY_WIDTH(MOVE)                                                                             \
    BY_FOURS(1, MOVE)                                                                              \
    BY_FOURS(2, MOVE)                                                                              \
    BY_FOURS(3, MOVE)                                                                              \
    BY_FOURS(4, MOVE)                                                                              \
    BY_FOURS(5, MOVE)                                                                              \
    BY_FOURS(6, MOVE)                                                                              \
    BY_FOURS(7, MOVE)                                                                              \
    BY_FOURS(8, MOVE)
#define BY_FOURS(width, MOVE)                                                                      \
    case width:                                                                                    \
        for (; cell != fours; cell += 4, at += 4 * width) {                                        \
            MOVE(0, width);                                                                        \
            MOVE(1, width);                                                                        \
            MOVE(2, width);                                                                        \
            MOVE(3, width);                                                                        \
        }                                                                                          \
        for (; cell != end; cell++, at += width)                                                   \
            MOVE(0, width);                                                                        \
        break;
#define PUT(i, width) put_item(cell + i, at + i * width, width)
#define GET(i, width) get_item(at + i * width, cell + i, width)

static inline __attribute__((always_inline)) void
put_items(struct ring_cell *cell, struct place from, uintnat nr, bool by_fours)
{
    const value *at = from.at;
    struct ring_cell *end = cell + nr, *fours = cell + (by_fours ? ALIGN_DOWN(nr, 4) : 0);
    switch (from.width) {
        BY_WIDTH(PUT)
    }
}

static inline __attribute__((always_inline)) void
get_items(struct place to, const struct ring_cell *cell, uintnat nr, bool by_fours)
{
    value *at = to.at;
    const struct ring_cell *end = cell + nr, *fours = cell + (by_fours ? ALIGN_DOWN(nr, 4) : 0);
    switch (to.width) {
        BY_WIDTH(GET)
    }
}

/* SAFETY of push and pop: the items are within the array, and no wider than a cell's payload. */
static inline bool is_within(value array, uintnat pos, uintnat words, uintnat items,
                             unsigned payload)
{
    uintnat size = Hd_val(array) >> 10; /* Wosize_val, which reads the header at each use */
    return words - 1 < payload && items <= BATCH_MAX && pos <= size && words * items <= size - pos;
}

/* What push and pop answer: items times two, and in bit 0 whether the other side must be woken. */
static inline value outcome(intnat done, bool wake, int error)
{
    return Val_long(error < 0 && done == 0 ? error : done << 1 | wake);
}

/* As many runs as it takes. */
static __attribute__((noinline)) value push_runs(struct ring_producer *p, struct place from,
                                                 uint32_t items)
{
    uint32_t done = 0;
    struct ring_cell *cells;
    bool wake = false;
    int nr = 0;
    for (; done < items && (nr = ring_reserve(p, items - done, &cells)) > 0; done += (uint32_t)nr) {
        put_items(cells, from, (uintnat)nr, false);
        wake |= ring_publish(p, (uint32_t)nr);
        from.at += (uintnat)nr * from.width;
    }
    return outcome(done, wake, nr);
}

value hal_ring_push(value state, value array, value pos, value words, value items)
{
    struct producer *p = producer_of(state);
    uintnat first = (uintnat)Long_val(pos), nr = (uintnat)Long_val(items);
    struct place from = {(value *)array + first, (uintnat)Long_val(words)};
    if (!is_mine(&p->owner))
        return Val_long(-EPERM);
    if (!is_within(array, first, from.width, nr, p->payload))
        return Val_long(-EINVAL);
    struct ring_cell *cells = ring_next_cells(&p->end, nr);
    if (cells == NULL)
        return push_runs(&p->end, from, (uint32_t)nr);
    put_items(cells, from, nr, true);
    return Val_long(nr << 1 | ring_publish_next(&p->end, nr));
}

static __attribute__((noinline)) value pop_runs(struct ring_consumer *c, struct place to,
                                                uint32_t items)
{
    uint32_t done = 0;
    const struct ring_cell *cells;
    bool wake = false;
    int nr = 0;
    for (; done < items && (nr = ring_take(c, items - done, &cells)) > 0; done += (uint32_t)nr) {
        get_items(to, cells, (uintnat)nr, false);
        wake |= ring_release(c, (uint32_t)nr);
        to.at += (uintnat)nr * to.width;
    }
    return outcome(done, wake, nr);
}

value hal_ring_pop(value state, value array, value pos, value words, value items)
{
    struct consumer *c = consumer_of(state);
    uintnat first = (uintnat)Long_val(pos), nr = (uintnat)Long_val(items);
    struct place to = {(value *)array + first, (uintnat)Long_val(words)};
    if (!is_mine(&c->owner))
        return Val_long(-EPERM);
    if (!is_within(array, first, to.width, nr, c->payload))
        return Val_long(-EINVAL);
    const struct ring_cell *cells = ring_next_items(&c->end, nr);
    if (cells == NULL)
        return pop_runs(&c->end, to, (uint32_t)nr);
    get_items(to, cells, nr, true);
    return Val_long(nr << 1 | ring_release_next(&c->end, nr));
}

/* ---- bytes, one item at once ---- */

value hal_ring_push_bytes(value state, value bytes, value pos, value size)
{
    struct producer *p = producer_of(state);
    struct ring_cell *cell;
    if (!is_mine(&p->owner))
        return Val_long(-EPERM);
    int nr = ring_reserve(&p->end, 1, &cell);
    if (nr <= 0)
        return outcome(0, false, nr);
    size_t length = (size_t)Long_val(size);
    memcpy(cell->word, Bytes_val(bytes) + Long_val(pos), length);
    memset((char *)cell->word + length, 0, p->payload * 8 - length);
    return outcome(1, ring_publish(&p->end, 1), 0);
}

value hal_ring_pop_bytes(value state, value bytes, value pos, value size)
{
    struct consumer *c = consumer_of(state);
    const struct ring_cell *cell;
    if (!is_mine(&c->owner))
        return Val_long(-EPERM);
    int nr = ring_take(&c->end, 1, &cell);
    if (nr <= 0)
        return outcome(0, false, nr);
    memcpy(Bytes_val(bytes) + Long_val(pos), cell->word, (size_t)Long_val(size));
    return outcome(1, ring_release(&c->end, 1), 0);
}

/* ---- sleeping, counting ---- */

value hal_ring_producer_prepare_sleep(value state)
{
    struct producer *p = producer_of(state);
    return Val_long(is_mine(&p->owner) ? ring_producer_prepare_sleep(&p->end) : -EPERM);
}

value hal_ring_consumer_prepare_sleep(value state)
{
    struct consumer *c = consumer_of(state);
    return Val_long(is_mine(&c->owner) ? ring_consumer_prepare_sleep(&c->end) : -EPERM);
}

value hal_ring_producer_count(value state, value which)
{
    struct ring_producer_stats s;
    ring_producer_stats(&producer_of(state)->end, &s);
    const uint64_t counts[] = {s.pushed, s.refused, s.dropped, s.doorbells};
    return Val_long(counts[Int_val(which)]);
}

value hal_ring_consumer_count(value state, value which)
{
    struct ring_consumer_stats s;
    ring_consumer_stats(&consumer_of(state)->end, &s);
    const uint64_t counts[] = {s.popped, s.doorbells, s.highest};
    return Val_long(counts[Int_val(which)]);
}
