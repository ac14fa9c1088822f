/* hosted.c: what the nucleus's rings want of it. */
#include <caml/mlvalues.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "cores.h"
#include "panic.h"

value hal_core_index(value unit);

struct core *this_core(void)
{
    static __thread struct core core;
    long index = Long_val(hal_core_index(Val_unit));
    core.index = index < 0 ? 0 : (uint32_t)index;
    return &core;
}

_Noreturn void panic(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    abort();
}

/* ---- what is not there ---- */

value hal_entropy_add(value a, value b, value c) { return (void)a, (void)b, (void)c, Val_unit; }
value hal_entropy_read(value a, value b, value c) { return (void)a, (void)b, (void)c, Val_unit; }
value hal_entropy_number(value a) { return (void)a, Val_long(0); }
