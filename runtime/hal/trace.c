/* trace.c: the stubs of kernel/hal/trace.ml. */
#include <caml/mlvalues.h>
#include <caml/signals.h>
#include "cores.h"
#include "trace.h"

value hal_trace_is_on(value unit)
{
    (void)unit;
    return Val_bool(trace_on);
}

/* Outside of the OCaml runtime: it may clear many megabytes. */
value hal_trace_start(value events)
{
    uint64_t n = (uint64_t)Long_val(events);
    caml_enter_blocking_section();
    int error = trace_start(n);
    caml_leave_blocking_section();
    return Val_long(error);
}

value hal_trace_stop(value unit)
{
    trace_stop();
    return unit;
}

/* Outside of the OCaml runtime: it may print for seconds. */
value hal_trace_save(value unit)
{
    caml_enter_blocking_section();
    trace_save();
    caml_leave_blocking_section();
    return unit;
}

value hal_trace_record(value kind, value subject, value argument)
{
    trace((enum trace_kind)Long_val(kind), (uint64_t)Long_val(subject),
          (uint64_t)Long_val(argument));
    return Val_unit;
}

/* SAFETY: reads the string, whose size is the OCaml heap's, before anything else can run. */
value hal_trace_name(value named, value subject, value name)
{
    if (trace_on)
        trace_name_bytes((enum trace_named)Long_val(named), (uint64_t)Long_val(subject),
                         String_val(name), caml_string_length(name));
    return Val_unit;
}

static bool is_core(value core)
{
    return (uint64_t)Long_val(core) < nr_cores;
}

value hal_trace_capacity(value unit)
{
    (void)unit;
    return Val_long(trace_capacity());
}

value hal_trace_recorded(value core)
{
    return Val_long(is_core(core) ? trace_recorded((uint32_t)Long_val(core)) : 0);
}

value hal_trace_kept(value core)
{
    return Val_long(is_core(core) ? trace_kept((uint32_t)Long_val(core)) : 0);
}

/* A field of event n of those the core has kept, oldest first; -1 when there is no such event. */
value hal_trace_field(value core, value n, value field)
{
    if (!is_core(core) || (uint64_t)Long_val(n) >= trace_kept((uint32_t)Long_val(core)))
        return Val_long(-1);
    const struct trace_event *e = trace_event((uint32_t)Long_val(core), (uint64_t)Long_val(n));
    const uint64_t fields[] = {e->time_ns, e->kind, e->subject, e->argument};
    return Val_long(fields[Long_val(field) & 3]);
}
