/* cfi.c: runs the programs of call-frame information up to an instruction, which gives the row for
 * it.
 *
 * Source: DWARF 5, sections 6.4.1 to 6.4.3 and 7.24; gcc's and aarch64's own instructions.
 * Invariant: an operand that could not be read, or a state that could not be kept, makes the whole
 * malformed. */
#include "cfi.h"
#include "cfi_entry.h"

#define REMEMBERED_MAX 4 /* compilers nest remembered states once or twice */

enum {
    CFA_ADVANCE_LOC = 1, /* these three have an operand in their low six bits */
    CFA_OFFSET = 2,
    CFA_RESTORE = 3,
    CFA_NOP = 0x00,
    CFA_SET_LOC = 0x01,
    CFA_ADVANCE_LOC1 = 0x02,
    CFA_ADVANCE_LOC2 = 0x03,
    CFA_ADVANCE_LOC4 = 0x04,
    CFA_OFFSET_EXTENDED = 0x05,
    CFA_RESTORE_EXTENDED = 0x06,
    CFA_UNDEFINED = 0x07,
    CFA_SAME_VALUE = 0x08,
    CFA_REGISTER = 0x09,
    CFA_REMEMBER_STATE = 0x0a,
    CFA_RESTORE_STATE = 0x0b,
    CFA_DEF_CFA = 0x0c,
    CFA_DEF_CFA_REGISTER = 0x0d,
    CFA_DEF_CFA_OFFSET = 0x0e,
    CFA_DEF_CFA_EXPRESSION = 0x0f,
    CFA_EXPRESSION = 0x10,
    CFA_OFFSET_EXTENDED_SF = 0x11,
    CFA_DEF_CFA_SF = 0x12,
    CFA_DEF_CFA_OFFSET_SF = 0x13,
    CFA_VAL_OFFSET = 0x14,
    CFA_VAL_OFFSET_SF = 0x15,
    CFA_VAL_EXPRESSION = 0x16,
    CFA_NEGATE_RA_STATE = 0x2d, /* aarch64: return addresses are signed from here on, or not */
    CFA_GNU_ARGS_SIZE = 0x2e,
    CFA_GNU_NEGATIVE_OFFSET_EXTENDED = 0x2f,
};

struct run {
    const struct unwind_tables *tables;
    const struct cie *cie;
    struct cursor c;
    uint64_t location;
    struct cfi_row *row;
    struct cfi_row initial;
    struct cfi_row remembered[REMEMBERED_MAX];
    unsigned nr_remembered;
};

/* Columns that nobody follows, as those of FP registers, are passed over. */
static void set_rule(struct run *r, uint64_t column, enum cfi_rule rule, int64_t value)
{
    if (column < r->tables->registers) {
        r->row->rule[column] = rule;
        r->row->value[column] = value;
    }
}

static void restore_rule(struct run *r, uint64_t column)
{
    if (column < r->tables->registers)
        set_rule(r, column, r->initial.rule[column], r->initial.value[column]);
}

static int64_t factored(struct run *r, uint64_t offset)
{
    return (int64_t)(offset * (uint64_t)r->cie->data_factor);
}

/* Where in .eh_frame the block operand is. */
static int64_t block_operand(struct run *r)
{
    int64_t at = r->c.at - r->tables->eh_frame;
    cursor_block(&r->c);
    return at;
}

static void set_cfa(struct run *r, uint64_t column, int64_t offset)
{
    r->row->is_cfa_expression = false;
    r->row->cfa_register = column;
    r->row->cfa_offset = offset;
}

static void remember(struct run *r)
{
    if (r->nr_remembered == REMEMBERED_MAX)
        r->c.failed = true;
    else
        r->remembered[r->nr_remembered++] = *r->row;
}

static void restore(struct run *r)
{
    if (r->nr_remembered == 0)
        r->c.failed = true;
    else
        *r->row = r->remembered[--r->nr_remembered];
}

static void advance(struct run *r, uint64_t delta)
{
    r->location += delta * r->cie->code_factor;
}

/* Instructions on locations and states, and those without effect. False: it is none of them. */
static bool step_location(struct run *r, uint8_t op)
{
    switch (op) {
    case CFA_NOP:
    case CFA_NEGATE_RA_STATE:
        return true;
    case CFA_GNU_ARGS_SIZE:
        cursor_uleb(&r->c);
        return true;
    case CFA_SET_LOC:
        r->location = cfi_pointer(&r->c, r->cie->pointer_encoding);
        return true;
    case CFA_ADVANCE_LOC1:
        advance(r, cursor_unsigned(&r->c, 1));
        return true;
    case CFA_ADVANCE_LOC2:
        advance(r, cursor_unsigned(&r->c, 2));
        return true;
    case CFA_ADVANCE_LOC4:
        advance(r, cursor_unsigned(&r->c, 4));
        return true;
    case CFA_REMEMBER_STATE:
        remember(r);
        return true;
    case CFA_RESTORE_STATE:
        restore(r);
        return true;
    }
    return false;
}

/* Instructions on the CFA. False: it is none of them. A new offset alone does not end an
 * expression: OCaml's assembly adjusts the offset while one holds. */
static bool step_cfa(struct run *r, uint8_t op)
{
    uint64_t column;
    switch (op) {
    case CFA_DEF_CFA:
        column = cursor_uleb(&r->c);
        set_cfa(r, column, cursor_uleb(&r->c));
        return true;
    case CFA_DEF_CFA_SF:
        column = cursor_uleb(&r->c);
        set_cfa(r, column, factored(r, cursor_sleb(&r->c)));
        return true;
    case CFA_DEF_CFA_REGISTER:
        column = cursor_uleb(&r->c);
        set_cfa(r, column, r->row->cfa_offset);
        return true;
    case CFA_DEF_CFA_OFFSET:
        r->row->cfa_offset = cursor_uleb(&r->c);
        return true;
    case CFA_DEF_CFA_OFFSET_SF:
        r->row->cfa_offset = factored(r, cursor_sleb(&r->c));
        return true;
    case CFA_DEF_CFA_EXPRESSION:
        r->row->is_cfa_expression = true;
        r->row->cfa_expression = block_operand(r);
        return true;
    }
    return false;
}

/* Instructions on a column's rule, which have the column as first operand. */
static void step_rule(struct run *r, uint8_t op)
{
    uint64_t column = cursor_uleb(&r->c);
    switch (op) {
    case CFA_OFFSET_EXTENDED:
        set_rule(r, column, RULE_OFFSET, factored(r, cursor_uleb(&r->c)));
        break;
    case CFA_OFFSET_EXTENDED_SF:
        set_rule(r, column, RULE_OFFSET, factored(r, cursor_sleb(&r->c)));
        break;
    case CFA_GNU_NEGATIVE_OFFSET_EXTENDED:
        set_rule(r, column, RULE_OFFSET, factored(r, -cursor_uleb(&r->c)));
        break;
    case CFA_VAL_OFFSET:
        set_rule(r, column, RULE_VAL_OFFSET, factored(r, cursor_uleb(&r->c)));
        break;
    case CFA_VAL_OFFSET_SF:
        set_rule(r, column, RULE_VAL_OFFSET, factored(r, cursor_sleb(&r->c)));
        break;
    case CFA_EXPRESSION:
        set_rule(r, column, RULE_EXPRESSION, block_operand(r));
        break;
    case CFA_VAL_EXPRESSION:
        set_rule(r, column, RULE_VAL_EXPRESSION, block_operand(r));
        break;
    case CFA_REGISTER:
        set_rule(r, column, RULE_REGISTER, cursor_uleb(&r->c));
        break;
    case CFA_UNDEFINED:
        set_rule(r, column, RULE_UNDEFINED, 0);
        break;
    case CFA_SAME_VALUE:
        set_rule(r, column, RULE_SAME, 0);
        break;
    case CFA_RESTORE_EXTENDED:
        restore_rule(r, column);
        break;
    default:
        r->c.failed = true;
    }
}

static void step(struct run *r)
{
    uint8_t op = cursor_u8(&r->c), operand = op & 0x3f;
    switch (op >> 6) {
    case CFA_ADVANCE_LOC:
        advance(r, operand);
        break;
    case CFA_OFFSET:
        set_rule(r, operand, RULE_OFFSET, factored(r, cursor_uleb(&r->c)));
        break;
    case CFA_RESTORE:
        restore_rule(r, operand);
        break;
    default:
        if (!step_location(r, op) && !step_cfa(r, op))
            step_rule(r, op);
    }
}

/* Runs a program up to the row that holds for addr. */
static bool run(struct run *r, struct cursor program, uint64_t addr)
{
    r->c = program;
    while (cursor_has(&r->c) && r->location <= addr)
        step(r);
    return !r->c.failed;
}

bool cfi_find(const struct unwind_tables *tables, uint64_t addr, struct cfi_frame *frame)
{
    struct cie cie;
    struct fde fde;
    if (!cfi_find_entry(tables, addr, &cie, &fde) || cie.return_column != tables->return_column)
        return false;
    *frame = (struct cfi_frame){.is_signal_frame = cie.is_signal_frame};
    struct run r = {.tables = tables, .cie = &cie, .row = &frame->row};
    if (!run(&r, cie.program, UINT64_MAX))
        return false;
    r.initial = frame->row;
    r.location = fde.start;
    return run(&r, fde.program, addr);
}
