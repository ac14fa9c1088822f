/* trace.c: recording events. */
#include "trace.h"
#include "clock.h"
#include "cores.h"

bool trace_on;

void trace_set(bool on)
{
    for (uint32_t i = 0; on && i < nr_cores; i++)
        cores[i]->trace.count = 0;
    __atomic_store_n(&trace_on, on, __ATOMIC_SEQ_CST);
}

void trace_record(enum trace_kind kind, uint32_t subject)
{
    irq_state state = arch_irq_save();
    struct trace *t = &this_core()->trace;
    t->event[t->count % TRACE_CAPACITY] = (struct trace_event){clock_ns(), kind, subject};
    t->count++;
    arch_irq_restore(state);
}
