/* barrier.c: shorter caml_modify, caml_atomic_cas and caml_atomic_exchange: the OCaml runtime's barrier (deletion for the
 * marking, a remembered set for the minor heaps), with what is rare apart, so that a store that
 * needs neither saves no register. The runtime's own caml_modify is weak, so this one is linked in
 * its place; calls of the others come here by the link (link-kernel.sh). */
#define CAML_INTERNALS
#include <caml/address_class.h>
#include <caml/domain.h>
#include <caml/major_gc.h>
#include <caml/minor_gc.h>
#include <caml/mlvalues.h>
#include <caml/shared_heap.h>
#include <stdbool.h>

value __wrap_caml_atomic_cas(value atomic, value old, value new);
value __wrap_caml_atomic_exchange(value atomic, value new);

/* What is marked, or not in the heap at all, need not be marked before nothing refers to it any
 * more. */
static inline bool may_need_marking(value old)
{
    header_t header = Hd_val(old);
    return Tag_hd(header) == Infix_tag || Has_status_hd(header, caml_global_heap_state.UNMARKED);
}

/* An old block that refers to a young one is remembered already. */
static inline bool needs_nothing(value block, value old, value new)
{
    if (Is_young(block) || (Is_block(old) && Is_young(old)))
        return true;
    return !(Is_block(old) && may_need_marking(old)) && !Is_block_and_young(new);
}

static void remember(value *field, value old, value new)
{
    if (Is_block(old))
        caml_darken(Caml_state, old, NULL);
    if (Is_block_and_young(new))
        Ref_table_add(&Caml_state->minor_tables->major_ref, field);
}

static inline void store(volatile value *field, value new)
{
    __atomic_thread_fence(__ATOMIC_ACQ_REL);
    *field = new;
}

static __attribute__((noinline)) void modify_old(volatile value *field, value old, value new)
{
    remember((value *)field, old, new);
    store(field, new);
}

void caml_modify(volatile value *field, value new)
{
    value old = *field;
    if (needs_nothing((value)field, old, new))
        store(field, new);
    else
        modify_old(field, old, new);
}

static __attribute__((noinline)) value exchanged_old(value atomic, value old, value new)
{
    remember((value *)atomic, old, new);
    return Val_true;
}

value __wrap_caml_atomic_cas(value atomic, value old, value new)
{
    value *field = (value *)atomic, expected = old;
    if (caml_domain_alone()) {
        if (*field != old)
            return Val_false;
        *field = new;
    } else if (!__atomic_compare_exchange_n(field, &expected, new, false, __ATOMIC_SEQ_CST,
                                            __ATOMIC_SEQ_CST)) {
        __atomic_thread_fence(__ATOMIC_RELEASE);
        return Val_false;
    } else {
        __atomic_thread_fence(__ATOMIC_RELEASE);
    }
    return needs_nothing(atomic, old, new) ? Val_true : exchanged_old(atomic, old, new);
}

static __attribute__((noinline)) value taken_from_old(value atomic, value old, value new)
{
    remember((value *)atomic, old, new);
    return old;
}

value __wrap_caml_atomic_exchange(value atomic, value new)
{
    value *field = (value *)atomic, old = *field;
    if (caml_domain_alone()) {
        *field = new;
    } else {
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        old = __atomic_exchange_n(field, new, __ATOMIC_SEQ_CST);
        __atomic_thread_fence(__ATOMIC_RELEASE);
    }
    return needs_nothing(atomic, old, new) ? old : taken_from_old(atomic, old, new);
}
