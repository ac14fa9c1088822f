/* spin.c: Domain.cpu_relax lets others run. A domain that spins waits for another one; when that
 * shares its core it should not have to wait for the end of the spinner's slice.
 *
 * The link (link-kernel.sh) sends OCaml code's calls of the runtime's function here. */
#include <caml/mlvalues.h>
#include "thread.h"

value __real_caml_ml_domain_cpu_relax(value unit);
value __wrap_caml_ml_domain_cpu_relax(value unit);

/* SAFETY: called on the C stack like every external; a thread's whole state is kept while others
 * run. */
value __wrap_caml_ml_domain_cpu_relax(value unit)
{
    thread_yield();
    return __real_caml_ml_domain_cpu_relax(unit);
}
