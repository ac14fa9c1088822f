/* trace.c: the buffers, and recording into them.
 *
 * Invariant: only its own core writes a buffer and its `count`, and publishes an event by counting
 * it. A core that saw recording on just before it ended writes at most one more event, over the
 * oldest; so that one is never read. */
#include "boot_info.h"
#include "console.h"
#include "cores.h"
#include "errno.h"
#include "frames.h"
#include "kspace.h"
#include "paging.h"
#include "trace.h"
#include "trace_parts.h"

bool trace_on;

static uint64_t capacity; /* events a core, a power of two; 0: no buffers yet */
static uint64_t started_ns, stopped_ns;
static bool promised, unsaved; /* to save at the end; something that is not saved yet */

/* ---- buffers ---- */

static uint64_t round_up(uint64_t events)
{
    uint64_t power = TRACE_MIN;
    while (power < events)
        power *= 2;
    return power;
}

static void free_buffers(void)
{
    for (uint32_t i = 0; i < nr_cores; i++)
        if (cores[i]->trace.event) {
            kspace_release((uintptr_t)cores[i]->trace.event, capacity * sizeof(struct trace_event));
            cores[i]->trace.event = NULL;
        }
    capacity = 0;
}

/* Leaves half of the free memory to everybody else. */
static int allocate_buffers(uint64_t events)
{
    size_t size = events * sizeof(struct trace_event);
    if (size * nr_cores > frames_free_total() / 2)
        return -ENOMEM;
    capacity = events;
    int error = trace_names_allocate(events / 8);
    for (uint32_t i = 0; i < nr_cores && !error; i++) {
        uintptr_t buffer = kspace_alloc(size, PAGE_READ | PAGE_WRITE);
        cores[i]->trace.event =
            (struct trace_event *)buffer; /* SAFETY: fresh memory of that size */
        error = buffer ? 0 : -ENOMEM;
    }
    if (error)
        free_buffers();
    return error;
}

static int prepare_buffers(uint64_t events)
{
    if (events && (events < TRACE_MIN || events > TRACE_MAX))
        return -EINVAL;
    if (capacity == 0)
        return allocate_buffers(round_up(events ? events : TRACE_DEFAULT));
    return events == 0 || round_up(events) == capacity ? 0 : -EBUSY;
}

/* ---- starting and stopping ---- */

int trace_start(uint64_t events)
{
    int error = prepare_buffers(events);
    if (error)
        return error;
    trace_stop();
    for (uint32_t i = 0; i < nr_cores; i++)
        cores[i]->trace.first = __atomic_load_n(&cores[i]->trace.count, __ATOMIC_RELAXED);
    trace_names_forget();
    started_ns = clock_ns();
    unsaved = true;
    __atomic_store_n(&trace_on, true, __ATOMIC_SEQ_CST);
    trace_names_known();
    return 0;
}

void trace_stop(void)
{
    if (trace_on)
        stopped_ns = clock_ns();
    __atomic_store_n(&trace_on, false, __ATOMIC_SEQ_CST);
}

void trace_save(void)
{
    trace_stop();
    unsaved = false;
    trace_print(nr_cores, started_ns, stopped_ns);
}

void trace_end(void)
{
    if (promised && unsaved)
        trace_save();
}

/* ---- the command line ---- */

/* A decimal number of at most nine digits, or 0. */
static uint64_t read_number(const char *text)
{
    uint64_t number = 0;
    unsigned digits = 0;
    for (; text[digits] >= '0' && text[digits] <= '9' && digits < 10; digits++)
        number = number * 10 + (uint64_t)(text[digits] - '0');
    return text[digits] == '\0' && digits < 10 ? number : 0;
}

void trace_init(void)
{
    char text[16];
    if (!boot_option("trace", text, sizeof text))
        return;
    uint64_t events = read_number(text);
    int error = events ? trace_start(events) : -EINVAL;
    promised = error == 0;
    if (error == -EINVAL)
        print("trace=%s: say how many events each core keeps, %lu to %lu; nothing is traced\n",
              text, TRACE_MIN, TRACE_MAX);
    else if (error)
        print("trace=%s: no memory for that many events; nothing is traced\n", text);
}

/* ---- recording and reading ---- */

static struct trace_event *slot(struct trace *t, uint64_t n)
{
    return &t->event[n & (capacity - 1)];
}

/* The OCaml runtime waits for other domains by entering a phase again and again that finds nothing
 * to do. The same one at once, with nothing in between, is one that goes on. */
#define AT_ONCE_NS (10 * NS_PER_US)

static bool is_phase(const struct trace_event *e, enum trace_kind kind, uint64_t phase,
                     uint64_t domain)
{
    return e->kind == kind && e->subject == phase && e->argument == domain;
}

static bool goes_on(struct trace *t, uint64_t phase, uint64_t domain, uint64_t now)
{
    if (t->count - t->first < 2)
        return false;
    const struct trace_event *end = slot(t, t->count - 1), *begin = slot(t, t->count - 2);
    return is_phase(end, TRACE_GC_END, phase, domain) && now - end->time_ns < AT_ONCE_NS &&
           is_phase(begin, TRACE_GC_BEGIN, phase, domain);
}

void trace_record(enum trace_kind kind, uint64_t subject, uint64_t argument)
{
    irq_state state = arch_irq_save();
    struct trace *t = &this_core()->trace;
    uint64_t now = clock_ns(), count = t->count;
    if (kind == TRACE_GC_BEGIN && goes_on(t, subject, argument, now))
        count--; /* forgets the end */
    else
        *slot(t, count++) = (struct trace_event){now, (uint64_t)kind, subject, argument};
    __atomic_store_n(&t->count, count, __ATOMIC_RELEASE);
    arch_irq_restore(state);
}

uint64_t trace_capacity(void)
{
    return capacity;
}

uint64_t trace_recorded(uint32_t core)
{
    const struct trace *t = &cores[core]->trace;
    return __atomic_load_n(&t->count, __ATOMIC_ACQUIRE) - t->first;
}

uint64_t trace_kept(uint32_t core)
{
    return capacity ? MIN(trace_recorded(core), capacity - 1) : 0;
}

const struct trace_event *trace_event(uint32_t core, uint64_t n)
{
    struct trace *t = &cores[core]->trace;
    uint64_t oldest = t->first + trace_recorded(core) - trace_kept(core);
    return slot(t, oldest + n);
}
