/* The C side of aes_xts.ml. Ranges are checked there. */
#define CAML_NAME_SPACE
#include <caml/alloc.h>
#include <caml/bigarray.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <caml/signals.h>

#include "xts.h"

enum { ENCRYPT = 0, AT_ONCE = 16384 };

static struct xts_key *key_of(value key)
{
    return Caml_ba_data_val(key);
}

value aes_xts_key_bytes(value unit)
{
    (void)unit;
    return Val_long(sizeof(struct xts_key));
}

value aes_xts_expand(value key, value data, value tweak)
{
    xts_expand(key_of(key), (const uint8_t *)String_val(data), (const uint8_t *)String_val(tweak));
    return Val_unit;
}

static void apply(value direction, const struct xts_key *key, struct xts_sectors sectors)
{
    if (Long_val(direction) == ENCRYPT)
        xts_encrypt(aes_best(), key, sectors);
    else
        xts_decrypt(aes_best(), key, sectors);
}

/* The bytes and the key are outside OCaml's heap, and kept by their Bigarrays: other cores need not
 * wait. */
value aes_xts_sectors(value key, value direction, value buffer, value offset, value count,
                      value sector_bytes, value first)
{
    CAMLparam2(key, buffer);
    struct xts_key *keys = key_of(key);
    struct xts_sectors sectors = {(uint8_t *)Caml_ba_data_val(buffer) + Long_val(offset),
                                  (size_t)Long_val(count), (size_t)Long_val(sector_bytes),
                                  (uint64_t)Long_val(first)};
    int is_long = sectors.count * sectors.sector_bytes > AT_ONCE;
    if (is_long)
        caml_enter_blocking_section();
    apply(direction, keys, sectors);
    if (is_long)
        caml_leave_blocking_section();
    CAMLreturn(Val_unit);
}

value aes_xts_sectors_byte(value *arguments, int count)
{
    (void)count;
    return aes_xts_sectors(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                           arguments[5], arguments[6]);
}

value aes_xts_block(value direction, value key, value block)
{
    static const struct aes_words none;
    struct aes_key expanded;
    const struct aes_code *code = aes_best();
    aes_expand(&expanded, (const uint8_t *)String_val(key));
    aes_masked *masked = Long_val(direction) == ENCRYPT ? code->encrypt : code->decrypt;
    masked(&expanded, Bytes_val(block), &none, 1);
    return Val_unit;
}

value aes_xts_code(value unit)
{
    (void)unit;
    return caml_copy_string(aes_best()->name);
}
