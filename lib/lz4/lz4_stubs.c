/* The C side of lz4.ml. Ranges are checked there. All bytes are outside OCaml's heap and kept by
 * their Bigarrays, so other cores need not wait. */
#define CAML_NAME_SPACE
#include <caml/bigarray.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <caml/signals.h>

#include "lz4_block.h"

static uint8_t *bytes_of(value buffer, value offset)
{
    return (uint8_t *)Caml_ba_data_val(buffer) + Long_val(offset);
}

value lz4_compress_stub(value from, value from_at, value length, value to, value to_at, value room,
                        value table)
{
    CAMLparam3(from, to, table);
    const uint8_t *source = bytes_of(from, from_at);
    uint8_t *destination = bytes_of(to, to_at);
    uint32_t *entries = Caml_ba_data_val(table);
    size_t source_bytes = (size_t)Long_val(length), destination_bytes = (size_t)Long_val(room);
    caml_enter_blocking_section();
    size_t made = lz4_compress(source, source_bytes, destination, destination_bytes, entries);
    caml_leave_blocking_section();
    CAMLreturn(Val_long((intnat)made));
}

value lz4_compress_byte(value *arguments, int count)
{
    (void)count;
    return lz4_compress_stub(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                             arguments[5], arguments[6]);
}

value lz4_decompress_stub(value from, value from_at, value length, value to, value to_at,
                          value room)
{
    CAMLparam2(from, to);
    const uint8_t *source = bytes_of(from, from_at);
    uint8_t *destination = bytes_of(to, to_at);
    size_t source_bytes = (size_t)Long_val(length), destination_bytes = (size_t)Long_val(room);
    caml_enter_blocking_section();
    long made = lz4_decompress(source, source_bytes, destination, destination_bytes);
    caml_leave_blocking_section();
    CAMLreturn(Val_long(made));
}

value lz4_decompress_byte(value *arguments, int count)
{
    (void)count;
    return lz4_decompress_stub(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                               arguments[5]);
}
