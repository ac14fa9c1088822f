/* dwarf_expression.h: DWARF expressions as call-frame information uses them. */
#ifndef NUCLEUS_DWARF_EXPRESSION_H
#define NUCLEUS_DWARF_EXPRESSION_H

#include "dwarf_cursor.h"
#include "unwind.h"

/* Evaluates an expression over the frame's registers, with *value on the stack if it is to start
 * with it, and leaves the result there. False when the expression is malformed, needs what we do
 * not have, reads memory that cannot be read, or takes too many steps. */
bool dwarf_expression(const struct unwind_tables *tables, const struct unwind *u,
                      struct cursor expression, bool starts_with_value, uint64_t *value);

#endif
