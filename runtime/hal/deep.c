/* deep.c: the stub of kernel/hal/deep.ml. */
#define CAML_INTERNALS
#include <caml/mlvalues.h>
#include <caml/address_class.h>

void caml_darken_cont(value cont);

/* What caml_continuation_use_noexc does, for a continuation that one core at most takes: an old one
 * is marked first, with its stack, as what runs is not looked at again in this cycle. */
value hal_deep_take(value cont)
{
    if (!Is_young(cont))
        caml_darken_cont(cont);
    value stack = Field(cont, 0);
    Field(cont, 0) = Val_ptr(NULL);
    return stack;
}
