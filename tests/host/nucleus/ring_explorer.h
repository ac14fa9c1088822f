/* ring_explorer.h: runs core/ring*.c in every order, and in every way that C11's memory model
 * allows with acquire and release (ring_explorer_memory.h). Include it before the ring's sources.
 *
 * A scenario is some threads, each a function of the ring's calls, and of write_cell and read_cell
 * for payload. Each access to a shared word is one step. The explorer keeps the shared words as
 * data, together with what each thread has seen; to take a step it calls the thread's function from
 * its beginning, answers what was answered before, performs the next access, and jumps out at the
 * one after.
 *
 * States that were met before are not gone into again; they are kept as hashes of 128 bits. So that
 * few differ, messages that nobody may read any more are forgotten, clocks are ranks, and a thread
 * may save its variables where they are all that counts (`checkpoint`), to go on from there. */
#ifndef TESTS_HOST_NUCLEUS_RING_EXPLORER_H
#define TESTS_HOST_NUCLEUS_RING_EXPLORER_H

#include "ring_explorer_memory.h"

/* ---- the search ---- */

static enum step step(struct state *s, unsigned thread, unsigned choice)
{
    explorer.now = s;
    explorer.thread = thread;
    explorer.replayed = 0;
    explorer.acted = false;
    explorer.choice = choice;
    explorer.nr_choices = 1;
    int jumped = setjmp(explorer.stop);
    if (jumped)
        return jumped;
    explorer.scenario->body[thread](thread);
    if (!explorer.acted)
        note_path("ends");
    struct thread_state *me = &s->thread[thread];
    memset(me->log, 0, sizeof me->log);
    memset(me->saved, 0, sizeof me->saved);
    me->nr_log = 0;
    me->ended = true;
    return STEPPED;
}

/* ---- what makes two states the same ---- */

static void forget_messages(struct state *s, unsigned atom)
{
    struct atom *a = &s->atom[atom];
    unsigned oldest = a->nr - 1u;
    for (unsigned t = 0; t < explorer.scenario->nr_threads && !explorer.scenario->newest_only; t++)
        if (!s->thread[t].ended)
            oldest = MIN(oldest, s->thread[t].view[atom]);
    a->nr -= oldest;
    memmove(a->message, a->message + oldest, a->nr * sizeof a->message[0]);
    memset(a->message + a->nr, 0, oldest * sizeof a->message[0]);
    for (unsigned t = 0; t < MAX_THREADS; t++)
        s->thread[t].view[atom] -= MIN(s->thread[t].view[atom], oldest);
    for (unsigned other = 0; other < MAX_ATOMS; other++)
        for (unsigned m = 0; m < s->atom[other].nr; m++)
            s->atom[other].message[m].view[atom] -=
                MIN(s->atom[other].message[m].view[atom], oldest);
}

/* Calls fn on each place where a time of the thread's clock stands. */
static void for_each_time(struct state *s, unsigned thread, void (*fn)(uint8_t *, uint8_t *),
                          uint8_t *rank)
{
    for (unsigned t = 0; t < MAX_THREADS; t++)
        fn(&s->thread[t].clock[thread], rank);
    for (unsigned a = 0; a < MAX_ATOMS; a++)
        for (unsigned m = 0; m < s->atom[a].nr; m++)
            fn(&s->atom[a].message[m].clock[thread], rank);
    for (unsigned p = 0; p < MAX_PLAIN; p++) {
        fn(&s->plain[p].read[thread], rank);
        if (s->plain[p].writer == thread)
            fn(&s->plain[p].written, rank);
    }
}

static void note_time(uint8_t *time, uint8_t *rank)
{
    rank[*time] = 1;
}

static void set_time(uint8_t *time, uint8_t *rank)
{
    *time = rank[*time];
}

static void rank_times(struct state *s, unsigned thread)
{
    uint8_t rank[256] = {1}; /* 0 is before everything and stays */
    for_each_time(s, thread, note_time, rank);
    for (unsigned time = 1, next = 1; time < sizeof rank; time++)
        if (rank[time])
            rank[time] = next++;
    rank[0] = 0;
    for_each_time(s, thread, set_time, rank);
}

static void normalise(struct state *s)
{
    for (unsigned a = 0; a < MAX_ATOMS; a++)
        forget_messages(s, a);
    for (unsigned t = 0; t < explorer.scenario->nr_threads; t++)
        rank_times(s, t);
}

static struct {
    uint64_t (*key)[2];
    uint64_t size, used;
} visited;

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    return hash ^ hash >> 29;
}

static void hash_bytes(uint64_t key[2], const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i += 8) {
        uint64_t word = 0;
        memcpy(&word, (const char *)bytes + i, MIN(size - i, 8));
        key[0] = mix(key[0], word);
        key[1] = mix(key[1], ~word * 0xbf58476d1ce4e5b9);
    }
}

static void hash_state(uint64_t key[2], const struct state *s)
{
    key[0] = 1, key[1] = 2;
    for (unsigned a = 0; a < MAX_ATOMS; a++) {
        hash_bytes(key, &s->atom[a].nr, 1);
        hash_bytes(key, s->atom[a].message, s->atom[a].nr * sizeof s->atom[a].message[0]);
    }
    hash_bytes(key, s->plain, sizeof s->plain);
    for (unsigned t = 0; t < explorer.scenario->nr_threads; t++) {
        const struct thread_state *ts = &s->thread[t];
        hash_bytes(key, ts, offsetof(struct thread_state, log));
        hash_bytes(key, ts->log, ts->nr_log * sizeof ts->log[0]);
        hash_bytes(key, ts->saved, ts->has_saved ? sizeof ts->saved : 0);
    }
    hash_bytes(key, s->bell, sizeof s->bell);
}

/* Puts a key into the table; false when it was there. */
static bool visit_key(const uint64_t key[2])
{
    uint64_t i = key[0] & (visited.size - 1);
    for (; visited.key[i][0] | visited.key[i][1]; i = (i + 1) & (visited.size - 1))
        if (visited.key[i][0] == key[0] && visited.key[i][1] == key[1])
            return false;
    memcpy(visited.key[i], key, sizeof visited.key[i]);
    visited.used++;
    return true;
}

static void grow_visited(void)
{
    uint64_t(*old)[2] = visited.key, old_size = visited.size;
    visited.size = old_size ? 2 * old_size : 1 << 16;
    visited.used = 0;
    visited.key = calloc(visited.size, sizeof visited.key[0]);
    for (uint64_t i = 0; i < old_size; i++)
        if (old[i][0] | old[i][1])
            visit_key(old[i]);
    free(old);
}

static bool is_new(const struct state *s)
{
    uint64_t key[2];
    if (2 * visited.used >= visited.size)
        grow_visited();
    hash_state(key, s);
    return visit_key(key);
}

static void explore_from(const struct state *s)
{
    if (!is_new(s))
        return;
    explorer.nr_states++;
    bool moved = false, all_ended = true;
    for (unsigned t = 0; t < explorer.scenario->nr_threads; t++) {
        if (s->thread[t].ended)
            continue;
        all_ended = false;
        for (unsigned choice = 0, nr_choices = 1; choice < nr_choices; choice++) {
            struct state next = *s;
            if (step(&next, t, choice) == BLOCKED)
                break;
            moved = true;
            nr_choices = explorer.nr_choices;
            normalise(&next);
            if (++explorer.depth == MAX_PATH)
                explorer_fail("no end after %u steps", MAX_PATH);
            explore_from(&next);
            explorer.depth--;
        }
    }
    explorer.nr_ends += all_ended;
    if (!moved && !all_ended)
        for (unsigned t = 0; t < explorer.scenario->nr_threads; t++)
            if (!s->thread[t].ended)
                explorer_fail("thread %u sleeps for ever", t);
}

static void explore(const struct scenario *scenario)
{
    static struct state start;
    explorer.scenario = scenario;
    for (unsigned a = 0; a < MAX_ATOMS; a++)
        start.atom[a].nr = 1;
    for (unsigned t = 0; t < MAX_THREADS; t++)
        start.thread[t].clock[t] = 1;
    explore_from(&start);
    CHECK(explorer.nr_ends > 0);
    if (getenv("EXPLORER_FIGURES"))
        printf("# %lu states, %lu ends, %lu wake-ups\n", (unsigned long)explorer.nr_states,
               (unsigned long)explorer.nr_ends, (unsigned long)explorer.nr_waits);
}

#endif
