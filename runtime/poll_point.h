/* poll_point.h: raising exceptions in OCaml code from outside, where it polls. */
#ifndef RUNTIME_POLL_POINT_H
#define RUNTIME_POLL_POINT_H

#define CAML_INTERNALS
#include <caml/domain.h>
#include <caml/mlvalues.h>

/* Makes a domain stop at its next poll point, where first low_memory_at_poll and then loop_at_poll
 * are called. Any context: atomic stores only. */
void poll_point_request(caml_domain_state *domain);

/* Raises there. Only from the two. */
_Noreturn void poll_point_raise(value exception);

/* Whether the OCaml code that polls is in the middle of an update of what others share: its
 * innermost function outside of Stdlib belongs to Picos, its libraries, or the scheduler. It must
 * not be torn out of there. */
bool poll_point_is_critical(void);

void low_memory_at_poll(void);
void loop_at_poll(void);

void poll_point_init(void);

#endif
