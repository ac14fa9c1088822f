/* cfi.h: call-frame information: for an instruction, how to find its caller's registers. */
#ifndef NUCLEUS_CFI_H
#define NUCLEUS_CFI_H

#include "unwind.h"

enum cfi_rule {
    RULE_UNSPECIFIED, /* as the architecture has it: the same value; the stack pointer is the CFA */
    RULE_UNDEFINED,
    RULE_SAME,
    RULE_OFFSET,         /* stored at CFA + value */
    RULE_VAL_OFFSET,     /* is CFA + value */
    RULE_REGISTER,       /* is in the register with this number */
    RULE_EXPRESSION,     /* stored where the block at this offset of .eh_frame says */
    RULE_VAL_EXPRESSION, /* is what the block says */
};

/* One row of the table that the information describes. The CFA, canonical frame address, is the
 * stack pointer before the call. */
struct cfi_row {
    bool is_cfa_expression;
    uint64_t cfa_register; /* these two also stand by while an expression holds */
    int64_t cfa_offset;
    int64_t cfa_expression; /* where in .eh_frame its block is */
    uint8_t rule[UNWIND_REGISTERS];
    int64_t value[UNWIND_REGISTERS];
};

struct cfi_frame {
    struct cfi_row row;
    bool is_signal_frame; /* the caller was interrupted: its pc is exact, not a return address */
};

/* The row for the instruction at addr. False when no entry covers it or the tables are malformed.
 */
bool cfi_find(const struct unwind_tables *tables, uint64_t addr, struct cfi_frame *frame);

#endif
