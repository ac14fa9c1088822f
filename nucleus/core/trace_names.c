/* trace_names.c: the names that a trace will need, kept as they come. Without a lock, since fibers
 * and threads are named on every core at once: each writer takes an entry of its own by counting,
 * and an entry is read once it is marked as written. */
#include "errno.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "thread.h"
#include "trace_parts.h"

static struct trace_name *table;
static uint64_t capacity;
static uint64_t count; /* names that came, also those that found no room */

int trace_names_allocate(uint64_t names)
{
    if (table)
        return 0;
    /* SAFETY: fresh memory of that size, kept for ever. */
    table = (struct trace_name *)kspace_alloc(names * sizeof *table, PAGE_READ | PAGE_WRITE);
    capacity = table ? names : 0;
    return table ? 0 : -ENOMEM;
}

void trace_names_forget(void)
{
    for (uint64_t n = 0; n < trace_names_kept(); n++)
        table[n].written = false;
    __atomic_store_n(&count, 0, __ATOMIC_RELEASE);
}

void trace_name_bytes(enum trace_named what, uint64_t subject, const char *bytes, size_t size)
{
    uint64_t mine = __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);
    if (mine >= capacity)
        return;
    struct trace_name *name = &table[mine];
    name->named = what;
    name->subject = subject;
    memset(name->text, 0, sizeof name->text);
    memcpy(name->text, bytes, MIN(size, sizeof name->text));
    __atomic_store_n(&name->written, true, __ATOMIC_RELEASE);
}

static void name_thread(struct thread *t, void *arg)
{
    (void)arg;
    trace_name(TRACE_NAMED_THREAD, t->id, t->name);
}

void trace_names_known(void)
{
    thread_for_each(name_thread, NULL);
    if (discovered.console.has_irq)
        trace_name(TRACE_NAMED_INTERRUPT, discovered.console.irq, "console");
}

uint64_t trace_names_kept(void)
{
    return MIN(__atomic_load_n(&count, __ATOMIC_ACQUIRE), capacity);
}

uint64_t trace_names_lost(void)
{
    return __atomic_load_n(&count, __ATOMIC_ACQUIRE) - trace_names_kept();
}

const struct trace_name *trace_name_at(uint64_t n)
{
    if (n >= trace_names_kept() || !__atomic_load_n(&table[n].written, __ATOMIC_ACQUIRE))
        return NULL;
    return &table[n];
}
