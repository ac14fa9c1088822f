/* deep.c: the stubs of kernel/hal/deep.ml. */
#define CAML_INTERNALS
#include <caml/address_class.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <stdbool.h>

void caml_darken_cont(value cont);

/* What caml_continuation_use_noexc does, for a continuation that one core at most takes: an old one
 * is marked first, with its stack, as what runs is not looked at again in this cycle. */
static inline value take_young(value cont)
{
    value stack = Field(cont, 0);
    Field(cont, 0) = Val_ptr(NULL);
    return stack;
}

static __attribute__((noinline)) value take_old(value cont)
{
    caml_darken_cont(cont);
    return take_young(cont);
}

value hal_deep_take(value cont)
{
    return Is_young(cont) ? take_young(cont) : take_old(cont);
}

static __attribute__((noinline)) value keep_and_take_old(value cell, value cont, value next)
{
    caml_modify(&Field(cell, 0), cont);
    return hal_deep_take(next);
}

/* The store needs no barrier when the cell is young, nor when what it held is: then the cell is
 * remembered already. */
value hal_deep_keep_and_take(value cell, value cont, value next)
{
    char *start = (char *)caml_minor_heaps_start, *end = (char *)caml_minor_heaps_end;
    bool plain = ((char *)cell < end && (char *)cell > start) ||
                 ((char *)Field(cell, 0) < end && (char *)Field(cell, 0) > start);
    if (!plain || (char *)next >= end || (char *)next <= start)
        return keep_and_take_old(cell, cont, next);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    Field(cell, 0) = cont;
    return take_young(next);
}
