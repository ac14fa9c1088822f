/* barrier.c: a shorter caml_modify. The OCaml runtime's own is weak, so this one is linked in its
 * place: the same barrier (deletion for the marking, a remembered set for the minor heaps), with
 * what is rare apart, so that a store that needs neither saves no register. */
#define CAML_INTERNALS
#include <caml/address_class.h>
#include <caml/major_gc.h>
#include <caml/minor_gc.h>
#include <caml/mlvalues.h>

/* As it calls nothing but as its last act it needs no frame. */
#define LEAF __attribute__((optimize("omit-frame-pointer")))

static void modify_old(volatile value *field, value old, value new);

static inline void store(volatile value *field, value new)
{
    __atomic_thread_fence(__ATOMIC_ACQ_REL);
    *field = new;
}

/* An old block that refers to a young one is remembered already. */
LEAF void caml_modify(volatile value *field, value new)
{
    value old = *field;
    if (Is_young((value)field) || (Is_block(old) && Is_young(old)))
        store(field, new);
    else
        modify_old(field, old, new);
}

static __attribute__((noinline)) void modify_old(volatile value *field, value old, value new)
{
    if (Is_block(old))
        caml_darken(Caml_state, old, NULL);
    if (Is_block_and_young(new))
        Ref_table_add(&Caml_state->minor_tables->major_ref, (value *)field);
    store(field, new);
}
