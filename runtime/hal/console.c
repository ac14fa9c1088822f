/* console.c: the stubs of kernel/hal/console.ml. */
#include <caml/mlvalues.h>
#include <caml/signals.h>
#include "console.h"
#include "event.h"

/* Nothing is allocated, so the buffer stays where it is. */
value hal_console_read(value buffer, value pos, value len)
{
    return Val_long(
        console_try_read((char *)Bytes_val(buffer) + Long_val(pos), (size_t)Long_val(len)));
}

value hal_console_read_mirror(value buffer, value pos, value len)
{
    return Val_long(
        console_read_mirror((char *)Bytes_val(buffer) + Long_val(pos), (size_t)Long_val(len)));
}

value hal_console_mirror_event(value unit)
{
    (void)unit;
    return Val_long(EVENT_MIRROR);
}

value hal_console_event(value unit)
{
    (void)unit;
    return Val_long(EVENT_CONSOLE);
}

value hal_console_is_polled(value unit)
{
    (void)unit;
    return Val_bool(console_is_polled());
}
