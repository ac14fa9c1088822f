/* console.c: the stubs of kernel/hal/console.ml. */
#include <caml/alloc.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <caml/signals.h>
#include "clock.h"
#include "console.h"
#include "thread.h"

#define CHUNK 256

/* The buffer may move while others collect, so bytes come through the stack. */
value hal_console_read(value buffer, value pos, value len, value timeout_ns)
{
    CAMLparam1(buffer);
    char bytes[CHUNK];
    long timeout = Long_val(timeout_ns);
    uint64_t deadline = timeout < 0 ? NO_DEADLINE : clock_ns() + (uint64_t)timeout;
    size_t wanted = MIN((size_t)Long_val(len), sizeof bytes);
    caml_enter_blocking_section();
    size_t n = console_read(bytes, wanted, deadline);
    caml_leave_blocking_section();
    memcpy(Bytes_val(buffer) + Long_val(pos), bytes, n);
    CAMLreturn(Val_long(n));
}

value hal_console_drain(value unit)
{
    (void)unit;
    caml_enter_blocking_section();
    console_drain();
    caml_leave_blocking_section();
    return Val_unit;
}
