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
