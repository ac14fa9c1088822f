/* entropy.c: the stubs of kernel/hal/entropy.ml. */
#include <caml/mlvalues.h>
#include "entropy.h"

/* Nothing is allocated, so the bytes stay where they are; OCaml checks the range. */
value hal_entropy_add(value bytes, value pos, value len)
{
    entropy_add(Bytes_val(bytes) + Long_val(pos), (size_t)Long_val(len));
    return Val_unit;
}

value hal_entropy_read(value bytes, value pos, value len)
{
    entropy_read(Bytes_val(bytes) + Long_val(pos), (size_t)Long_val(len));
    return Val_unit;
}

value hal_entropy_number(value which)
{
    struct entropy_facts facts;
    entropy_facts(&facts);
    const uint64_t number[] = {facts.has_cpu, facts.has_seed, facts.added};
    return Val_long(number[Int_val(which)]);
}
