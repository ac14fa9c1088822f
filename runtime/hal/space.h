/* space.h: how stubs find the address space behind a Hal.Space.t. */
#ifndef RUNTIME_HAL_SPACE_H
#define RUNTIME_HAL_SPACE_H

#include <caml/mlvalues.h>
#include "aspace.h"

/* Raises Invalid_argument when it has been freed. */
struct aspace *space_of(value t);

/* A number that OCaml's int holds, or the least one. */
static inline value long_or_least(uint64_t number)
{
    int64_t n = (int64_t)number;
    return n >= Min_long && n <= Max_long ? Val_long(n) : Val_long(Min_long);
}

/* As Hal.Space numbers them (space.ml). */
static inline unsigned page_of_wants(value wants)
{
    static const unsigned flags[] = {PAGE_READ, PAGE_WRITE, PAGE_EXEC};
    return flags[Int_val(wants)];
}

static inline int wants_of_page(unsigned page)
{
    return page == PAGE_WRITE ? 1 : page == PAGE_EXEC ? 2 : 0;
}

#endif
