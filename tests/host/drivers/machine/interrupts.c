/* interrupts.c: an interrupt controller for tests: lines that are raised and lowered, and messages
 * that are sent, by calls. As the nucleus's, it masks a level-triggered line at each interrupt, and
 * records an event on its core. */
#include <caml/alloc.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <pthread.h>
#include <stdbool.h>

#define LINES_MAX      256
#define FIRST_MESSAGE  64 /* and from here on messages */
#define EVENTS_MAX     (2 * LINES_MAX)
#define CORES_MAX      128

value hal_core_wake(value index);
value hal_core_index(value unit);

static struct line {
    bool claimed, allocated, level, up, masked, pending;
    long core, delivered, unmasked;
} lines[LINES_MAX];

/* A number stands in its core's queue once at most: `pending`. */
static struct queue {
    long event[EVENTS_MAX];
    unsigned first, nr;
} queues[CORES_MAX];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* ---- lock held ---- */

static void deliver(long number)
{
    struct line *line = &lines[number];
    if (!line->claimed || line->masked)
        return;
    line->masked = line->level;
    line->delivered++;
    if (line->pending)
        return;
    line->pending = true;
    struct queue *q = &queues[line->core];
    q->event[(q->first + q->nr++) % EVENTS_MAX] = number;
    hal_core_wake(Val_long(line->core));
}

static bool is_line(long number) { return number >= 0 && number < LINES_MAX; }

/* ---- Hal.Core ---- */

value hal_core_has_events(value unit)
{
    (void)unit;
    return Val_bool(
        __atomic_load_n(&queues[Long_val(hal_core_index(Val_unit))].nr, __ATOMIC_RELAXED) > 0);
}

value hal_core_next_event(value unit)
{
    (void)unit;
    struct queue *q = &queues[Long_val(hal_core_index(Val_unit))];
    long number = -1;
    pthread_mutex_lock(&lock);
    if (q->nr > 0) {
        number = q->event[q->first];
        q->first = (q->first + 1) % EVENTS_MAX;
        q->nr--;
        lines[number].pending = false;
    }
    pthread_mutex_unlock(&lock);
    return Val_long(number);
}

/* ---- Hal.Interrupt ---- */

value hal_interrupt_limit(value unit)
{
    (void)unit;
    return Val_long(LINES_MAX);
}

value hal_interrupt_claim(value number, value trigger)
{
    long n = Long_val(number);
    if (!is_line(n))
        return Val_long(2);
    pthread_mutex_lock(&lock);
    bool busy = lines[n].claimed;
    if (!busy) {
        lines[n].claimed = true;
        lines[n].level = Int_val(trigger) != 0;
        lines[n].masked = false;
        if (lines[n].level && lines[n].up)
            deliver(n);
    }
    pthread_mutex_unlock(&lock);
    return Val_long(busy);
}

value hal_interrupt_unmask(value number)
{
    struct line *line = &lines[Long_val(number)];
    pthread_mutex_lock(&lock);
    line->unmasked++;
    line->masked = false;
    if (line->level && line->up)
        deliver(Long_val(number));
    pthread_mutex_unlock(&lock);
    return Val_unit;
}

value hal_interrupt_release(value number)
{
    pthread_mutex_lock(&lock);
    lines[Long_val(number)].claimed = false;
    lines[Long_val(number)].masked = true;
    pthread_mutex_unlock(&lock);
    return Val_unit;
}

value hal_interrupt_route(value number, value core)
{
    pthread_mutex_lock(&lock);
    lines[Long_val(number)].core = Long_val(core);
    pthread_mutex_unlock(&lock);
    return Val_true;
}

/* The address says nothing here; the data is the number. */
value hal_interrupt_allocate_message(value device, value core)
{
    CAMLparam2(device, core);
    CAMLlocal2(message, some);
    long n = FIRST_MESSAGE;
    pthread_mutex_lock(&lock);
    while (n < LINES_MAX && lines[n].allocated)
        n++;
    if (n < LINES_MAX) {
        lines[n].allocated = true;
        lines[n].core = Long_val(core);
    }
    pthread_mutex_unlock(&lock);
    if (n == LINES_MAX)
        CAMLreturn(Val_none);
    message = caml_alloc_small(3, 0);
    Field(message, 0) = Val_long(n);
    Field(message, 1) = Val_long(0xfee00000);
    Field(message, 2) = Val_long(n);
    some = caml_alloc_some(message);
    CAMLreturn(some);
}

value hal_interrupt_free_message(value number)
{
    hal_interrupt_release(number);
    pthread_mutex_lock(&lock);
    lines[Long_val(number)].allocated = false;
    pthread_mutex_unlock(&lock);
    return Val_unit;
}

/* ---- for the test ---- */

/* A line goes up or down; a message is up for a moment. */
value host_interrupt_set(value number, value up)
{
    long n = Long_val(number);
    pthread_mutex_lock(&lock);
    bool rises = Bool_val(up) && !lines[n].up;
    lines[n].up = Bool_val(up);
    if (rises)
        deliver(n);
    pthread_mutex_unlock(&lock);
    return Val_unit;
}

/* 0: interrupts taken; 1: times unmasked; 2: whether it is masked; 3: whether somebody has it */
value host_interrupt_count(value number, value which)
{
    pthread_mutex_lock(&lock);
    struct line line = lines[Long_val(number)];
    pthread_mutex_unlock(&lock);
    const long counts[] = {line.delivered, line.unmasked, line.masked, line.claimed};
    return Val_long(counts[Int_val(which)]);
}

/* Messages that are allocated. */
value host_interrupt_messages(value unit)
{
    (void)unit;
    long n = 0;
    pthread_mutex_lock(&lock);
    for (long i = FIRST_MESSAGE; i < LINES_MAX; i++)
        n += lines[i].allocated;
    pthread_mutex_unlock(&lock);
    return Val_long(n);
}
