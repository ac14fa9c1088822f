/* trace.c: the stubs of kernel/hal/trace.ml. */
#include <caml/mlvalues.h>
#include "cores.h"
#include "trace.h"

value hal_trace_capacity(value unit)
{
    (void)unit;
    return Val_long(TRACE_CAPACITY);
}

value hal_trace_set(value on)
{
    trace_set(Bool_val(on));
    return Val_unit;
}

value hal_trace_lost(value unit)
{
    (void)unit;
    uint64_t lost = 0;
    for (uint32_t i = 0; i < nr_cores; i++)
        lost += cores[i]->trace.count - MIN(cores[i]->trace.count, TRACE_CAPACITY);
    return Val_long(lost);
}

/* Event n of what the core still has, oldest first. */
value hal_trace_field(value core, value n, value field)
{
    const struct trace *t = &cores[Int_val(core)]->trace;
    uint64_t kept = MIN(t->count, TRACE_CAPACITY), index = (uint64_t)Long_val(n);
    if (index >= kept)
        return Val_long(-1);
    const struct trace_event *e = &t->event[(t->count - kept + index) % TRACE_CAPACITY];
    const uint64_t fields[] = {e->time_ns, e->kind, e->subject};
    return Val_long(fields[Int_val(field)]);
}
