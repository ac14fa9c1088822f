#include <caml/mlvalues.h>
#include <pthread.h>

intnat adder_add(intnat a, intnat b)
{
    return a + b;
}

value adder_add_bytecode(value a, value b)
{
    return Val_long(adder_add(Long_val(a), Long_val(b)));
}
