/* ring_explorer_memory.h: the memory of the explorer, and how threads touch it. Stands in for
 * ring_atomic.h; see ring_explorer.h.
 *
 * Each shared word has a history of messages, newest last. A load may return any message that is
 * not older than what its thread already knows of this word; a read-modify-write takes the newest.
 * A message that is written with release carries what its writer knows, and a load with acquire
 * learns that. So a missing acquire or release shows as an old value, or as a data race on payload,
 * which is looked for by vector clocks. */
#ifndef TESTS_HOST_NUCLEUS_RING_EXPLORER_MEMORY_H
#define TESTS_HOST_NUCLEUS_RING_EXPLORER_MEMORY_H

#define NUCLEUS_RING_ATOMIC_H /* in place of the nucleus's own */

#include "hosted.h"
#include <setjmp.h>

enum ring_order { RELAXED = 0, ACQUIRE = 1, RELEASE = 2, ACQ_REL = 3 };

static uint64_t explore_load(uint64_t *p, enum ring_order order);
static void explore_store(uint64_t *p, uint64_t value, enum ring_order order);
static uint64_t explore_modify(uint64_t *p, uint64_t keep, uint64_t bits, enum ring_order order);
static bool explore_replace(uint64_t *p, uint64_t *expected, uint64_t value);

#define ring_load(p, order)                      explore_load(p, order)
#define ring_store(p, value, order)              explore_store(p, value, order)
#define ring_exchange(p, value, order)           explore_modify(p, 0, value, order)
#define ring_or(p, bits, order)                  explore_modify(p, ~0ul, bits, order)
#define ring_replace_relaxed(p, expected, value) explore_replace(p, expected, value)

#include "ring.h"

#define MAX_THREADS  4
#define MAX_CELLS    4
#define MAX_ATOMS    (2 + MAX_CELLS)
#define MAX_PLAIN    (MAX_CELLS + 4)
#define MAX_MESSAGES 20
#define MAX_LOG      100
#define MAX_SAVED    256
#define MAX_PATH     400

struct message {
    uint64_t value;
    uint8_t view[MAX_ATOMS];    /* the oldest message of each word that its reader may read on */
    uint8_t clock[MAX_THREADS]; /* what happened before, by thread */
};

struct atom {
    uint8_t nr;
    struct message message[MAX_MESSAGES];
};

struct plain {
    uint64_t value;
    uint8_t writer, written; /* the last write: whose, and when by its clock */
    uint8_t read[MAX_THREADS];
};

struct thread_state {
    uint8_t view[MAX_ATOMS];
    uint8_t clock[MAX_THREADS];
    uint8_t nr_log;
    bool ended;
    bool has_saved;
    uint64_t log[MAX_LOG]; /* what its accesses answered, since it saved */
    char saved[MAX_SAVED];
};

struct state {
    struct atom atom[MAX_ATOMS];
    struct plain plain[MAX_PLAIN];
    struct thread_state thread[MAX_THREADS];
    bool bell[MAX_THREADS];
};

struct scenario {
    unsigned nr_threads;
    void (*body[MAX_THREADS])(unsigned me);
    bool newest_only; /* loads return the newest message: sequential consistency */
};

/* The block that the scenarios' ends share. Its contents are the explorer's; only the addresses
 * count. */
static struct {
    _Alignas(64) char bytes[sizeof(struct ring) + MAX_CELLS * sizeof(struct ring_cell)];
} block;
#define RING ((struct ring *)(void *)&block)

static struct {
    const struct scenario *scenario;
    struct state *now;
    unsigned thread;
    unsigned replayed;
    bool acted;      /* this step's access is done */
    unsigned choice; /* which message a load returns, 0 the newest */
    unsigned nr_choices;
    jmp_buf stop;
    uint64_t nr_states, nr_ends, nr_waits;
    unsigned depth;
    char path[MAX_PATH][48];
} explorer;

enum step { STEPPED = 1, BLOCKED };

/* ---- failing, with the way there ---- */

__attribute__((format(printf, 1, 2), noreturn)) static void explorer_fail(const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    printf("# the way to: %s\n", text);
    for (unsigned i = 0; i < explorer.depth; i++)
        printf("#   %s\n", explorer.path[i]);
    fflush(stdout);
    FAIL("%s", text);
}

#define PROMISED(condition)                                                                        \
    do {                                                                                           \
        if (!(condition))                                                                          \
            explorer_fail("line %d: %s", __LINE__, #condition);                                    \
    } while (0)

__attribute__((format(printf, 1, 2))) static void note_path(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *line = explorer.path[explorer.depth];
    int size = snprintf(line, 48, "%u: ", explorer.thread);
    vsnprintf(line + size, 48 - size, format, args);
    va_end(args);
}

/* ---- a thread's accesses ---- */

static struct thread_state *me_now(void)
{
    return &explorer.now->thread[explorer.thread];
}

static bool replay(uint64_t *answer)
{
    if (explorer.replayed == me_now()->nr_log)
        return false;
    *answer = me_now()->log[explorer.replayed++];
    return true;
}

static uint64_t record(uint64_t answer)
{
    struct thread_state *me = me_now();
    if (me->nr_log == MAX_LOG)
        explorer_fail("a thread does not come to its end");
    me->log[me->nr_log++] = answer;
    explorer.replayed = me->nr_log;
    return answer;
}

static void begin_action(void)
{
    if (explorer.acted)
        longjmp(explorer.stop, STEPPED);
    explorer.acted = true;
}

static void join(uint8_t *into, const uint8_t *other, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        into[i] = MAX(into[i], other[i]);
}

/* Words of the block: tail and head, and each cell's mark, are atoms 0, 1, 2...; each cell's first
 * word is a plain variable. */
static int atom_at(const uint64_t *p)
{
    size_t word = (size_t)((const char *)p - block.bytes) / 8;
    if (word == 0 || word == 8)
        return word / 8;
    if (word >= 16 && word % 8 == RING_CELL_WORDS - 1)
        return 2 + (word - 16) / 8;
    return -1;
}

static unsigned cell_at(const uint64_t *p)
{
    size_t word = (size_t)((const char *)p - block.bytes) / 8;
    if (word < 16 || (word - 16) / 8 >= MAX_CELLS)
        explorer_fail("a cell outside of the block");
    return (word - 16) / 8;
}

static struct message *newest(unsigned atom)
{
    return &explorer.now->atom[atom].message[explorer.now->atom[atom].nr - 1];
}

static void learn(unsigned atom, unsigned index, enum ring_order order)
{
    struct thread_state *me = me_now();
    const struct message *m = &explorer.now->atom[atom].message[index];
    me->view[atom] = MAX(me->view[atom], index);
    if (order & ACQUIRE) {
        join(me->view, m->view, MAX_ATOMS);
        join(me->clock, m->clock, MAX_THREADS);
    }
}

/* Appends a message; with `follows` it goes on with what the one before carried (C11: a release
 * sequence). */
static void append(unsigned atom, uint64_t value, enum ring_order order, bool follows)
{
    struct thread_state *me = me_now();
    struct atom *a = &explorer.now->atom[atom];
    if (a->nr == MAX_MESSAGES)
        explorer_fail("a word was written %u times", MAX_MESSAGES);
    struct message *m = &a->message[a->nr];
    *m = (struct message){.value = value};
    if (follows) {
        memcpy(m->view, m[-1].view, sizeof m->view);
        memcpy(m->clock, m[-1].clock, sizeof m->clock);
    }
    me->view[atom] = a->nr++;
    m->view[atom] = me->view[atom];
    if (order & RELEASE) {
        join(m->view, me->view, MAX_ATOMS);
        join(m->clock, me->clock, MAX_THREADS);
        me->clock[explorer.thread]++;
    }
}

static uint64_t read_plain_at(unsigned variable)
{
    uint64_t answer;
    if (replay(&answer))
        return answer;
    struct plain *p = &explorer.now->plain[variable];
    struct thread_state *me = me_now();
    if (me->clock[p->writer] < p->written)
        explorer_fail("thread %u reads payload %u that thread %u is writing", explorer.thread,
                      variable, p->writer);
    p->read[explorer.thread] = me->clock[explorer.thread];
    return record(p->value);
}

static void write_plain_at(unsigned variable, uint64_t value)
{
    uint64_t answer;
    if (replay(&answer))
        return;
    struct plain *p = &explorer.now->plain[variable];
    struct thread_state *me = me_now();
    if (me->clock[p->writer] < p->written)
        explorer_fail("thread %u overwrites payload %u of thread %u", explorer.thread, variable,
                      p->writer);
    for (unsigned t = 0; t < MAX_THREADS; t++)
        if (me->clock[t] < p->read[t])
            explorer_fail("thread %u overwrites payload %u that thread %u is reading",
                          explorer.thread, variable, t);
    *p = (struct plain){value, explorer.thread, me->clock[explorer.thread], {0}};
    record(0);
}

static uint64_t explore_load(uint64_t *p, enum ring_order order)
{
    uint64_t answer;
    int atom = atom_at(p);
    if (atom < 0 || (atom >= 2 && order == RELAXED)) /* a copy of a foreign cell */
        return p == RING->cell[cell_at(p)].word ? read_plain_at(cell_at(p)) : 0;
    if (replay(&answer))
        return answer;
    begin_action();
    unsigned last = explorer.now->atom[atom].nr - 1u;
    explorer.nr_choices = explorer.scenario->newest_only ? 1 : last - me_now()->view[atom] + 1u;
    unsigned index = last - explorer.choice;
    learn(atom, index, order);
    answer = record(explorer.now->atom[atom].message[index].value);
    note_path("load %d: %#lx, %u old", atom, (unsigned long)answer, explorer.choice);
    return answer;
}

static void explore_store(uint64_t *p, uint64_t value, enum ring_order order)
{
    uint64_t answer;
    if (replay(&answer))
        return;
    begin_action();
    append(atom_at(p), value, order, false);
    record(0);
    note_path("store %d: %#lx", atom_at(p), (unsigned long)value);
}

/* exchange and or: the new value is (old & keep) | bits. */
static uint64_t explore_modify(uint64_t *p, uint64_t keep, uint64_t bits, enum ring_order order)
{
    uint64_t answer;
    if (replay(&answer))
        return answer;
    begin_action();
    unsigned atom = atom_at(p);
    uint64_t old = newest(atom)->value;
    learn(atom, explorer.now->atom[atom].nr - 1u, order);
    append(atom, (old & keep) | bits, order, true);
    note_path("change %u: %#lx to %#lx", atom, (unsigned long)old,
              (unsigned long)((old & keep) | bits));
    return record(old);
}

static bool explore_replace(uint64_t *p, uint64_t *expected, uint64_t value)
{
    uint64_t old, answer;
    if (!replay(&old)) {
        begin_action();
        unsigned atom = atom_at(p);
        old = record(newest(atom)->value);
        learn(atom, explorer.now->atom[atom].nr - 1u, RELAXED);
        if (old == *expected)
            append(atom, value, RELAXED, true);
        note_path("replace %u: %#lx", atom, (unsigned long)old);
    }
    answer = *expected;
    *expected = old;
    return old == answer;
}

/* ---- what scenarios add ---- */

/* At the beginning of a thread's function, and where it may go on from instead. The variables have
 * no padding that is not zero. */
static void resume(void *variables, size_t size)
{
    if (me_now()->has_saved)
        memcpy(variables, me_now()->saved, size);
}

static void checkpoint(const void *variables, size_t size)
{
    struct thread_state *me = me_now();
    if (explorer.replayed < me->nr_log)
        return;
    CHECK(size <= MAX_SAVED);
    memcpy(me->saved, variables, size);
    memset(me->log, 0, sizeof me->log);
    me->has_saved = true;
    me->nr_log = 0;
    explorer.replayed = 0;
}

/* The payload of a cell, and variables beside the ring. */
__attribute__((unused)) static void write_cell(const struct ring_cell *cell, uint64_t value)
{
    write_plain_at(cell_at(cell->word), value);
}

__attribute__((unused)) static uint64_t read_cell(const struct ring_cell *cell)
{
    return read_plain_at(cell_at(cell->word));
}

#define VARIABLE(n) (MAX_CELLS + (n))

/* Wakes a thread, or has its next wait not wait. It carries no knowledge: what the woken must see
 * it has to learn from the ring. */
static void wake(unsigned thread)
{
    uint64_t answer;
    if (replay(&answer))
        return;
    begin_action();
    explorer.now->bell[thread] = true;
    record(0);
    note_path("wakes %u", thread);
}

static void wait_for_wake(void)
{
    uint64_t answer;
    if (replay(&answer))
        return;
    begin_action();
    if (!explorer.now->bell[explorer.thread])
        longjmp(explorer.stop, BLOCKED);
    explorer.now->bell[explorer.thread] = false;
    explorer.nr_waits++;
    record(0);
    note_path("is awake");
}

#endif
