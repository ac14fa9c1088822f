/* stacks.c: a limit for the stacks of ended fibers. OCaml keeps all that end in a domain for that
 * domain's next ones; where fibers begin on one core and end on another they would pile up for
 * good. */
#define CAML_INTERNALS
#include <caml/domain.h>
#include <caml/fiber.h>
#include <caml/major_gc.h>
#include <caml/memory.h>
#include "base.h"
#include "stacks.h"

#define KEPT_BYTES     (64 * KIB) /* of each of the runtime's sizes, in each domain */
#define SIZES          5            /* NUM_STACK_SIZE_CLASSES of OCaml 5.3, in fiber.c */
#define SLICES_BETWEEN 4

/* A kept stack's exception pointer is its link to the next. */
static struct stack_info *next_of(struct stack_info *stack)
{
    return (struct stack_info *)stack->exception_ptr;
}

static size_t size_of(struct stack_info *stack)
{
    return (size_t)((char *)(stack->handler + 1) - (char *)stack);
}

static struct stack_info *cut_behind_the_kept(struct stack_info *stack)
{
    for (size_t kept = size_of(stack); next_of(stack) != NULL; stack = next_of(stack)) {
        kept += size_of(stack);
        if (kept > KEPT_BYTES)
            break;
    }
    struct stack_info *rest = next_of(stack);
    stack->exception_ptr = NULL;
    return rest;
}

static void free_all(struct stack_info *stack)
{
    while (stack != NULL) {
        struct stack_info *next = next_of(stack);
        caml_stat_free(stack);
        stack = next;
    }
}

/* SAFETY: a domain's own slices of the collector run while it holds its lock, and neither begin nor
 * end a fiber; nobody else has its stacks. */
static void trim(void)
{
    for (int i = 0; i < SIZES; i++)
        if (Caml_state->stack_cache[i] != NULL)
            free_all(cut_behind_the_kept(Caml_state->stack_cache[i]));
}

static void at_slice_end(void)
{
    static _Thread_local unsigned slices;
    if (++slices % SLICES_BETWEEN == 0)
        trim();
}

void stacks_init(void)
{
    caml_major_slice_end_hook = at_slice_end;
}
