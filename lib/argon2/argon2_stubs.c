/* The C side of argon2.ml. Sizes are checked there. All bytes are outside OCaml's heap and kept by
 * their Bigarrays, so other cores need not wait. */
#define CAML_NAME_SPACE
#include <caml/bigarray.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <caml/signals.h>

#include "argon2_fill.h"

enum { PASSWORD, SALT, SECRET, ASSOCIATED, BLOCKS, PASSES, LANES };

static struct argon2_bytes next(const uint8_t **at, int32_t length)
{
    struct argon2_bytes bytes = {*at, (size_t)length};
    *at += length;
    return bytes;
}

static struct argon2_input input_of(const uint8_t *bytes, const int32_t *numbers)
{
    struct argon2_input input;
    input.password = next(&bytes, numbers[PASSWORD]);
    input.salt = next(&bytes, numbers[SALT]);
    input.secret = next(&bytes, numbers[SECRET]);
    input.associated = next(&bytes, numbers[ASSOCIATED]);
    input.blocks = (uint32_t)numbers[BLOCKS];
    input.passes = (uint32_t)numbers[PASSES];
    input.lanes = (uint32_t)numbers[LANES];
    return input;
}

value argon2_fill_stub(value inputs, value numbers, value memory, value key)
{
    CAMLparam4(inputs, numbers, memory, key);
    struct argon2_input input = input_of(Caml_ba_data_val(inputs), Caml_ba_data_val(numbers));
    struct argon2_block *blocks = Caml_ba_data_val(memory);
    uint8_t *bytes = Caml_ba_data_val(key);
    size_t length = (size_t)Caml_ba_array_val(key)->dim[0];
    caml_enter_blocking_section();
    argon2id(&input, blocks, bytes, length);
    caml_leave_blocking_section();
    CAMLreturn(Val_unit);
}
