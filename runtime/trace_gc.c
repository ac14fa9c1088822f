/* trace_gc.c: the OCaml runtime's spans and counters in the nucleus's trace. The runtime reports
 * what its runtime_events record by three functions; the link (link-kernel.sh) sends the calls
 * through here. So the trace has the same spans, under the same names, on the same clock as
 * everything else, without a second set of buffers to drain; runtime_events go on as ever. The
 * watch over hogs (loop.c) hears from here as well. */
#define CAML_INTERNALS
#include <caml/mlvalues.h>
#include <caml/runtime_events.h>
#include "loop.h"
#include "trace.h"

void __real_caml_ev_begin(ev_runtime_phase phase);
void __real_caml_ev_end(ev_runtime_phase phase);
void __real_caml_ev_counter(ev_runtime_counter counter, uint64_t value);
void __wrap_caml_ev_begin(ev_runtime_phase phase);
void __wrap_caml_ev_end(ev_runtime_phase phase);
void __wrap_caml_ev_counter(ev_runtime_counter counter, uint64_t value);

/* Called by domains and their backup threads alike, which act for the domain. */
static uint64_t domain(void)
{
    return Caml_state_opt ? (uint64_t)Caml_state_opt->id : 0;
}

/* All domains stand still, and some have work to do. */
static bool is_collection(ev_runtime_phase phase)
{
    return phase == EV_STW_LEADER || phase == EV_STW_HANDLER;
}

static __attribute__((noinline)) void begin(ev_runtime_phase phase)
{
    if (is_collection(phase))
        loop_collection_begins();
    if (trace_on)
        trace_record(TRACE_GC_BEGIN, phase, domain());
    __real_caml_ev_begin(phase);
}

static __attribute__((noinline)) void end(ev_runtime_phase phase)
{
    if (is_collection(phase))
        loop_collection_ends();
    if (trace_on)
        trace_record(TRACE_GC_END, phase, domain());
    __real_caml_ev_end(phase);
}

/* Each collection comes here dozens of times: what is rare is apart, so that these need no
 * frame. */
static inline bool is_of_interest(ev_runtime_phase phase)
{
    return __builtin_expect(trace_on || is_collection(phase), false);
}

void __wrap_caml_ev_begin(ev_runtime_phase phase)
{
    if (is_of_interest(phase))
        begin(phase);
    else
        __real_caml_ev_begin(phase);
}

void __wrap_caml_ev_end(ev_runtime_phase phase)
{
    if (is_of_interest(phase))
        end(phase);
    else
        __real_caml_ev_end(phase);
}

static const char *const phases[] = {
    [EV_EXPLICIT_GC_SET] = "explicit_gc_set",
    [EV_EXPLICIT_GC_STAT] = "explicit_gc_stat",
    [EV_EXPLICIT_GC_MINOR] = "explicit_gc_minor",
    [EV_EXPLICIT_GC_MAJOR] = "explicit_gc_major",
    [EV_EXPLICIT_GC_FULL_MAJOR] = "explicit_gc_full_major",
    [EV_EXPLICIT_GC_COMPACT] = "explicit_gc_compact",
    [EV_MAJOR] = "major",
    [EV_MAJOR_SWEEP] = "major_sweep",
    [EV_MAJOR_MARK_ROOTS] = "major_mark_roots",
    [EV_MAJOR_MEMPROF_ROOTS] = "major_memprof_roots",
    [EV_MAJOR_MARK] = "major_mark",
    [EV_MINOR] = "minor",
    [EV_MINOR_LOCAL_ROOTS] = "minor_local_roots",
    [EV_MINOR_MEMPROF_ROOTS] = "minor_memprof_roots",
    [EV_MINOR_MEMPROF_CLEAN] = "minor_memprof_clean",
    [EV_MINOR_FINALIZED] = "minor_finalized",
    [EV_EXPLICIT_GC_MAJOR_SLICE] = "explicit_gc_major_slice",
    [EV_FINALISE_UPDATE_FIRST] = "finalise_update_first",
    [EV_FINALISE_UPDATE_LAST] = "finalise_update_last",
    [EV_INTERRUPT_REMOTE] = "interrupt_remote",
    [EV_MAJOR_EPHE_MARK] = "major_ephe_mark",
    [EV_MAJOR_EPHE_SWEEP] = "major_ephe_sweep",
    [EV_MAJOR_FINISH_MARKING] = "major_finish_marking",
    [EV_MAJOR_GC_CYCLE_DOMAINS] = "major_gc_cycle_domains",
    [EV_MAJOR_GC_PHASE_CHANGE] = "major_gc_phase_change",
    [EV_MAJOR_GC_STW] = "major_gc_stw",
    [EV_MAJOR_MARK_OPPORTUNISTIC] = "major_mark_opportunistic",
    [EV_MAJOR_SLICE] = "major_slice",
    [EV_MAJOR_FINISH_CYCLE] = "major_finish_cycle",
    [EV_MINOR_CLEAR] = "minor_clear",
    [EV_MINOR_FINALIZERS_OLDIFY] = "minor_finalizers_oldify",
    [EV_MINOR_GLOBAL_ROOTS] = "minor_global_roots",
    [EV_MINOR_LEAVE_BARRIER] = "minor_leave_barrier",
    [EV_STW_API_BARRIER] = "stw_api_barrier",
    [EV_STW_HANDLER] = "stw_handler",
    [EV_STW_LEADER] = "stw_leader",
    [EV_MAJOR_FINISH_SWEEPING] = "major_finish_sweeping",
    [EV_MAJOR_MEMPROF_CLEAN] = "major_memprof_clean",
    [EV_MINOR_FINALIZERS_ADMIN] = "minor_finalizers_admin",
    [EV_MINOR_REMEMBERED_SET] = "minor_remembered_set",
    [EV_MINOR_REMEMBERED_SET_PROMOTE] = "minor_remembered_set_promote",
    [EV_MINOR_LOCAL_ROOTS_PROMOTE] = "minor_local_roots_promote",
    [EV_DOMAIN_CONDITION_WAIT] = "domain_condition_wait",
    [EV_DOMAIN_RESIZE_HEAP_RESERVATION] = "domain_resize_heap_reservation",
    [EV_COMPACT] = "compaction",
    [EV_COMPACT_EVACUATE] = "compaction_evacuate",
    [EV_COMPACT_FORWARD] = "compaction_forward",
    [EV_COMPACT_RELEASE] = "compaction_release",
};

/* Those that make a curve worth looking at; the others are not recorded. */
static const char *const counters[] = {
    [EV_C_MINOR_PROMOTED] = "minor_promoted",
    [EV_C_MINOR_ALLOCATED] = "minor_allocated",
    [EV_C_MAJOR_HEAP_POOL_WORDS] = "major_heap_pool_words",
    [EV_C_MAJOR_HEAP_POOL_LIVE_WORDS] = "major_heap_pool_live_words",
    [EV_C_MAJOR_HEAP_LARGE_WORDS] = "major_heap_large_words",
    [EV_C_MAJOR_HEAP_POOL_FRAG_WORDS] = "major_heap_pool_frag_words",
};

const struct trace_gc_names trace_gc_names = {phases, counters, ARRAY_LEN(phases),
                                              ARRAY_LEN(counters)};

void __wrap_caml_ev_counter(ev_runtime_counter counter, uint64_t value)
{
    if (__builtin_expect(trace_on, false) && counter < ARRAY_LEN(counters) && counters[counter])
        trace_record(TRACE_GC_COUNTER, counter, value);
    __real_caml_ev_counter(counter, value);
}
