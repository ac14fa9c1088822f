/* The C side of seahash.ml. Ranges are checked there. */
#define CAML_NAME_SPACE
#include <caml/alloc.h>
#include <caml/bigarray.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <caml/signals.h>

#include "seahash.h"

int64_t seahash_of_string(value string)
{
    return (int64_t)seahash_bytes((const uint8_t *)String_val(string), caml_string_length(string));
}

int64_t seahash_of_buffer(value buffer, intnat offset, intnat length)
{
    return (int64_t)seahash_bytes((const uint8_t *)Caml_ba_data_val(buffer) + offset,
                                  (size_t)length);
}

/* The bytes are outside OCaml's heap, and kept by `buffer`: other cores need not wait. */
int64_t seahash_of_large(value buffer, intnat offset, intnat length)
{
    CAMLparam1(buffer);
    const uint8_t *bytes = (const uint8_t *)Caml_ba_data_val(buffer) + offset;
    caml_enter_blocking_section();
    int64_t hash = (int64_t)seahash_bytes(bytes, (size_t)length);
    caml_leave_blocking_section();
    CAMLreturnT(int64_t, hash);
}

value seahash_of_string_boxed(value string)
{
    return caml_copy_int64(seahash_of_string(string));
}

value seahash_of_buffer_boxed(value buffer, value offset, value length)
{
    return caml_copy_int64(seahash_of_buffer(buffer, Long_val(offset), Long_val(length)));
}

value seahash_of_large_boxed(value buffer, value offset, value length)
{
    return caml_copy_int64(seahash_of_large(buffer, Long_val(offset), Long_val(length)));
}
