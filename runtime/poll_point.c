/* poll_point.c: where OCaml code can be stopped.
 *
 * The poll point is reached through the runtime's external interrupt, which it offers to a thread
 * library: its hook runs where OCaml code, and so an exception, may run. */
#include "poll_point.h"
#include <caml/fail.h>
#include <caml/fiber.h>
#include <caml/frame_descriptors.h>
#include <caml/io.h>
#include <caml/memory.h>
#include <caml/signals.h>
#include "symbols.h"

/* In OCaml's assembly, and of native code only. */
_Noreturn void caml_raise_exception(caml_domain_state *state, value exception);
void caml_get_stack_sp_pc(struct stack_info *stack, char **sp, uintnat *pc);

/* What caml_set_action_pending and caml_interrupt_self do, for any domain. */
void poll_point_request(caml_domain_state *domain)
{
    atomic_store_release(&domain->requested_external_interrupt, 1);
    domain->action_pending = 1;
    atomic_store_release(&domain->young_limit, (uintnat)CAML_UINTNAT_MAX);
}

/* What caml_raise does, without its own look at pending actions: that is where we come from. And
 * OCaml code must find a spare place for its registers: the one in use is lost with the frame that
 * we leave. */
_Noreturn void poll_point_raise(value exception)
{
    caml_maybe_expand_stack();
    caml_channel_cleanup_on_raise();
    char *handler = (char *)Caml_state->c_stack;
    while (Caml_state->local_roots != NULL && (char *)Caml_state->local_roots < handler)
        Caml_state->local_roots = Caml_state->local_roots->next;
    caml_raise_exception(Caml_state, exception);
}

static bool starts_with(const char *s, const char *prefix)
{
    while (*prefix)
        if (*s++ != *prefix++)
            return false;
    return true;
}

enum place { PLACE_NEUTRAL, PLACE_CRITICAL, PLACE_OTHER };

static enum place place_of(uintptr_t pc)
{
    static const char *const critical[] = {"camlPicos", "camlStructured", "camlSync", "camlSched",
                                           "camlHal"};
    struct symbol symbol;
    if (!symbol_find(pc, &symbol) || starts_with(symbol.name, "caml_") ||
        starts_with(symbol.name, "camlStdlib") || starts_with(symbol.name, "camlCamlinternal"))
        return PLACE_NEUTRAL; /* caml_apply3 and their like, too */
    for (unsigned i = 0; i < ARRAY_LEN(critical); i++)
        if (starts_with(symbol.name, critical[i]))
            return PLACE_CRITICAL;
    return PLACE_OTHER;
}

#define DEPTH_MAX 64 /* frames of Stdlib that may stand above */

bool poll_point_is_critical(void)
{
    caml_frame_descrs *tables = caml_get_frame_descrs();
    struct stack_info *stack = Caml_state->current_stack;
    char *sp;
    uintnat pc;
    caml_get_stack_sp_pc(stack, &sp, &pc);
    for (int depth = 0; depth < DEPTH_MAX && pc != 0; depth++) {
        enum place place = place_of(pc);
        if (place != PLACE_NEUTRAL)
            return place == PLACE_CRITICAL;
        if (caml_next_frame_descriptor(tables, &pc, &sp, stack) == NULL)
            return false;
    }
    return false;
}

static void at_poll(void)
{
    atomic_store_release(&Caml_state->requested_external_interrupt, 0);
    low_memory_at_poll();
    loop_at_poll();
}

void poll_point_init(void)
{
    caml_domain_external_interrupt_hook = at_poll;
}
