/* dma.c: the stubs of kernel/hal/dma.ml. The OCaml side checks ranges, and bounds what one call copies. */
#include <caml/bigarray.h>
#include <caml/mlvalues.h>
#include <string.h>
#include "device.h"

static uint8_t *at(value memory, value offset)
{
    return (uint8_t *)Caml_ba_data_val(memory) + Long_val(offset);
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
