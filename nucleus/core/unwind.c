/* unwind.c: applies a row of call-frame information to a frame: finds the frame's address and from
 * it its caller's registers.
 *
 * Sources: DWARF 5, section 6.4.3; the psABI supplements for the columns' names.
 * Invariant: the caller's registers are made aside, so that a step that fails changes nothing. */
#include "unwind.h"
#include "cfi.h"
#include "dwarf_expression.h"

struct applying {
    const struct unwind_tables *tables;
    const struct unwind *callee;
    const struct cfi_row *row;
    uint64_t cfa;
};

/* Evaluates the block at an offset of .eh_frame. */
static bool evaluate(const struct applying *a, int64_t offset, bool starts_with_value,
                     uint64_t *value)
{
    struct cursor c = cursor_of(a->tables->eh_frame + offset, a->tables->eh_frame_end);
    return dwarf_expression(a->tables, a->callee, cursor_block(&c), starts_with_value, value);
}

static bool find_cfa(struct applying *a)
{
    const struct cfi_row *row = a->row;
    if (row->is_cfa_expression)
        return evaluate(a, row->cfa_expression, false, &a->cfa);
    if (row->cfa_register >= a->tables->registers)
        return false;
    a->cfa = a->callee->reg[row->cfa_register] + row->cfa_offset;
    return true;
}

/* A register of the caller, by its column's rule. */
static bool find_register(const struct applying *a, unsigned column, uint64_t *value)
{
    int64_t operand = a->row->value[column];
    *value = a->cfa;
    switch ((enum cfi_rule)a->row->rule[column]) {
    case RULE_UNSPECIFIED:
        if (column != a->tables->sp_column)
            *value = a->callee->reg[column];
        return true;
    case RULE_UNDEFINED:
        *value = 0;
        return true;
    case RULE_SAME:
        *value = a->callee->reg[column];
        return true;
    case RULE_OFFSET:
        return a->tables->read(a->cfa + operand, value);
    case RULE_VAL_OFFSET:
        *value = a->cfa + operand;
        return true;
    case RULE_REGISTER:
        *value = operand >= 0 && operand < a->tables->registers ? a->callee->reg[operand] : 0;
        return operand >= 0 && operand < a->tables->registers;
    case RULE_EXPRESSION:
        return evaluate(a, operand, true, value) && a->tables->read(*value, value);
    case RULE_VAL_EXPRESSION:
        return evaluate(a, operand, true, value);
    }
    return false;
}

bool unwind_step(const struct unwind_tables *tables, struct unwind *u)
{
    struct cfi_frame frame;
    struct unwind callee = *u, caller = {.in_call = true};
    callee.reg[tables->sp_column] = u->sp;
    if (!cfi_find(tables, u->pc - u->in_call, &frame))
        return false;
    struct applying a = {.tables = tables, .callee = &callee, .row = &frame.row};
    if (frame.row.rule[tables->return_column] == RULE_UNDEFINED || !find_cfa(&a))
        return false;
    for (unsigned column = 0; column < tables->registers; column++)
        if (!find_register(&a, column, &caller.reg[column]))
            return false;
    caller.pc = caller.reg[tables->return_column];
    caller.sp = caller.reg[tables->sp_column];
    caller.in_call = !frame.is_signal_frame;
    if (caller.pc == 0 || (caller.pc == u->pc && caller.sp == u->sp))
        return false;
    *u = caller;
    return true;
}
