/* dwarf_expression.c: a stack machine over the registers of a frame and its memory.
 *
 * Source: DWARF 5, sections 2.5.1 and 6.4.2 (which leaves out what needs types, objects or calls),
 * and 7.7.1 (codes). Invariants: `depth` is at most STACK_MAX, since every push goes through
 * push(); a run ends after STEPS_MAX operations, since branches may go backwards. */
#include "dwarf_expression.h"

#define STACK_MAX 16
#define STEPS_MAX 256

enum {
    OP_ADDR = 0x03,
    OP_DEREF = 0x06,
    OP_CONST1U = 0x08, /* and 1s, 2u, 2s, 4u, 4s, 8u, 8s */
    OP_CONST8S = 0x0f,
    OP_CONSTU = 0x10,
    OP_CONSTS = 0x11,
    OP_DUP = 0x12,
    OP_DROP = 0x13,
    OP_OVER = 0x14,
    OP_PICK = 0x15,
    OP_SWAP = 0x16,
    OP_ROT = 0x17,
    OP_ABS = 0x19,
    OP_AND = 0x1a,
    OP_DIV = 0x1b,
    OP_MINUS = 0x1c,
    OP_MOD = 0x1d,
    OP_MUL = 0x1e,
    OP_NEG = 0x1f,
    OP_NOT = 0x20,
    OP_OR = 0x21,
    OP_PLUS = 0x22,
    OP_PLUS_UCONST = 0x23,
    OP_SHL = 0x24,
    OP_SHR = 0x25,
    OP_SHRA = 0x26,
    OP_XOR = 0x27,
    OP_BRA = 0x28,
    OP_EQ = 0x29,
    OP_GE = 0x2a,
    OP_GT = 0x2b,
    OP_LE = 0x2c,
    OP_LT = 0x2d,
    OP_NE = 0x2e,
    OP_SKIP = 0x2f,
    OP_LIT0 = 0x30,
    OP_LIT31 = 0x4f,
    OP_BREG0 = 0x70,
    OP_BREG31 = 0x8f,
    OP_BREGX = 0x92,
    OP_DEREF_SIZE = 0x94,
    OP_NOP = 0x96,
};

struct machine {
    const struct unwind_tables *tables;
    const struct unwind *u;
    struct cursor c;
    const uint8_t *start;
    uint64_t stack[STACK_MAX];
    unsigned depth;
    bool failed;
};

static void push(struct machine *m, uint64_t value)
{
    if (m->depth == STACK_MAX)
        m->failed = true;
    else
        m->stack[m->depth++] = value;
}

static uint64_t pop(struct machine *m)
{
    if (m->depth == 0) {
        m->failed = true;
        return 0;
    }
    return m->stack[--m->depth];
}

/* Copies the entry that lies under `below` others to the top. */
static void pick(struct machine *m, unsigned below)
{
    if (below >= m->depth)
        m->failed = true;
    else
        push(m, m->stack[m->depth - 1 - below]);
}

static void push_register(struct machine *m, uint64_t number)
{
    int64_t offset = cursor_sleb(&m->c);
    if (number >= m->tables->registers)
        m->failed = true;
    else
        push(m, m->u->reg[number] + offset);
}

/* Replaces an address by the `size` bytes there, which are read as part of aligned words. */
static void load(struct machine *m, unsigned size)
{
    uint64_t addr = pop(m), low = 0, high = 0, first = addr % 8;
    if (size == 0 || size > 8 || m->failed || !m->tables->read(addr - first, &low) ||
        (first + size > 8 && !m->tables->read(addr - first + 8, &high))) {
        m->failed = true;
        return;
    }
    uint64_t value = first ? low >> 8 * first | high << (64 - 8 * first) : low;
    push(m, size == 8 ? value : value & ((1ull << 8 * size) - 1));
}

static void branch(struct machine *m)
{
    int64_t distance = cursor_signed(&m->c, 2);
    if (m->c.failed || distance < m->start - m->c.at || distance > m->c.end - m->c.at)
        m->failed = true;
    else
        m->c.at += distance;
}

static void push_constant(struct machine *m, uint8_t op)
{
    unsigned size = 1u << (op - OP_CONST1U) / 2;
    bool is_signed = (op - OP_CONST1U) % 2;
    push(m, is_signed ? (uint64_t)cursor_signed(&m->c, size) : cursor_unsigned(&m->c, size));
}

static void swap(struct machine *m)
{
    uint64_t top = pop(m), second = pop(m);
    push(m, top);
    push(m, second);
}

/* The top becomes the third, the second the top, the third the second. */
static void rotate(struct machine *m)
{
    uint64_t top = pop(m), second = pop(m), third = pop(m);
    push(m, top);
    push(m, third);
    push(m, second);
}

/* Division is signed, the remainder is not. */
static uint64_t divide(struct machine *m, uint8_t op, uint64_t a, uint64_t b)
{
    if (b == 0) {
        m->failed = true;
        return 0;
    }
    if (op == OP_MOD)
        return a % b;
    return b == UINT64_MAX ? -a : (uint64_t)((int64_t)a / (int64_t)b);
}

static uint64_t shift(uint8_t op, uint64_t a, uint64_t count)
{
    bool is_negative = op == OP_SHRA && (int64_t)a < 0;
    if (count >= 64)
        return is_negative ? UINT64_MAX : 0;
    if (op == OP_SHL)
        return a << count;
    return is_negative ? ~(~a >> count) : a >> count;
}

/* a op b, where b was on top of the stack. */
static uint64_t combine(struct machine *m, uint8_t op, uint64_t a, uint64_t b)
{
    int64_t sa = (int64_t)a, sb = (int64_t)b;
    switch (op) {
    case OP_AND:
        return a & b;
    case OP_DIV:
    case OP_MOD:
        return divide(m, op, a, b);
    case OP_MINUS:
        return a - b;
    case OP_MUL:
        return a * b;
    case OP_OR:
        return a | b;
    case OP_PLUS:
        return a + b;
    case OP_SHL:
    case OP_SHR:
    case OP_SHRA:
        return shift(op, a, b);
    case OP_XOR:
        return a ^ b;
    case OP_EQ:
        return sa == sb;
    case OP_GE:
        return sa >= sb;
    case OP_GT:
        return sa > sb;
    case OP_LE:
        return sa <= sb;
    case OP_LT:
        return sa < sb;
    case OP_NE:
        return sa != sb;
    }
    m->failed = true;
    return 0;
}

/* Operations with operands of their own, or other than two from the stack. False: it is none of
 * them. */
static bool step_special(struct machine *m, uint8_t op)
{
    uint64_t value;
    switch (op) {
    case OP_ADDR:
        push(m, cursor_unsigned(&m->c, 8));
        return true;
    case OP_DEREF:
        load(m, 8);
        return true;
    case OP_DEREF_SIZE:
        load(m, cursor_u8(&m->c));
        return true;
    case OP_CONSTU:
        push(m, cursor_uleb(&m->c));
        return true;
    case OP_CONSTS:
        push(m, cursor_sleb(&m->c));
        return true;
    case OP_DUP:
        pick(m, 0);
        return true;
    case OP_DROP:
        pop(m);
        return true;
    case OP_OVER:
        pick(m, 1);
        return true;
    case OP_PICK:
        pick(m, cursor_u8(&m->c));
        return true;
    case OP_SWAP:
        swap(m);
        return true;
    case OP_ROT:
        rotate(m);
        return true;
    case OP_ABS:
        value = pop(m);
        push(m, (int64_t)value < 0 ? -value : value);
        return true;
    case OP_NEG:
        push(m, -pop(m));
        return true;
    case OP_NOT:
        push(m, ~pop(m));
        return true;
    case OP_PLUS_UCONST:
        value = pop(m);
        push(m, value + cursor_uleb(&m->c));
        return true;
    case OP_SKIP:
        branch(m);
        return true;
    case OP_BRA:
        if (pop(m) != 0)
            branch(m);
        else
            cursor_skip(&m->c, 2);
        return true;
    case OP_BREGX:
        push_register(m, cursor_uleb(&m->c));
        return true;
    case OP_NOP:
        return true;
    }
    return false;
}

static void step(struct machine *m)
{
    uint8_t op = cursor_u8(&m->c);
    if (op >= OP_LIT0 && op <= OP_LIT31) {
        push(m, op - OP_LIT0);
    } else if (op >= OP_BREG0 && op <= OP_BREG31) {
        push_register(m, op - OP_BREG0);
    } else if (op >= OP_CONST1U && op <= OP_CONST8S) {
        push_constant(m, op);
    } else if (!step_special(m, op)) {
        uint64_t b = pop(m), a = pop(m);
        push(m, combine(m, op, a, b));
    }
}

bool dwarf_expression(const struct unwind_tables *tables, const struct unwind *u,
                      struct cursor expression, bool starts_with_value, uint64_t *value)
{
    struct machine m = {.tables = tables, .u = u, .c = expression, .start = expression.at};
    m.failed = expression.failed;
    if (starts_with_value)
        push(&m, *value);
    for (unsigned steps = 0; cursor_has(&m.c) && !m.failed; steps++) {
        if (steps == STEPS_MAX)
            return false;
        step(&m);
    }
    *value = pop(&m);
    return !m.failed && !m.c.failed;
}
