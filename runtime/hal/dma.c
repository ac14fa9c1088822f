/* dma.c: the stubs of kernel/hal/dma.ml. The OCaml side checks ranges, and bounds what one call
 * copies. */
#include <caml/bigarray.h>
#include <caml/mlvalues.h>
#include <string.h>
#include "device.h"

static uint8_t *at(value memory, value offset)
{
    return (uint8_t *)Caml_ba_data_val(memory) + Long_val(offset);
}

/* ---- the same bytes in another width ---- */

static value view(value memory, int kind, unsigned size_bytes)
{
    intnat count = Caml_ba_array_val(memory)->dim[0] / size_bytes;
    return caml_ba_alloc(kind | CAML_BA_C_LAYOUT | CAML_BA_EXTERNAL, 1, Caml_ba_data_val(memory),
                         &count);
}

value hal_dma_shorts(value memory)
{
    return view(memory, CAML_BA_UINT16, 2);
}

value hal_dma_halves(value memory)
{
    return view(memory, CAML_BA_INT32, 4);
}

value hal_dma_words(value memory)
{
    return view(memory, CAML_BA_CAML_INT, 8);
}

value hal_dma_write_barrier(value unit)
{
    device_write_barrier();
    return unit;
}

value hal_dma_read_barrier(value unit)
{
    device_read_barrier();
    return unit;
}

value hal_dma_barrier(value unit)
{
    device_barrier();
    return unit;
}

value hal_dma_copy_in(value bytes, value from, value memory, value offset, value length)
{
    memcpy(at(memory, offset), Bytes_val(bytes) + Long_val(from), (size_t)Long_val(length));
    return Val_unit;
}

value hal_dma_copy_out(value memory, value offset, value bytes, value to, value length)
{
    memcpy(Bytes_val(bytes) + Long_val(to), at(memory, offset), (size_t)Long_val(length));
    return Val_unit;
}

value hal_dma_move(value source, value from, value memory, value offset, value length)
{
    memmove(at(memory, offset), at(source, from), (size_t)Long_val(length));
    return Val_unit;
}
