/* user.c: registers of user mode, by the RISC-V ABIs and Linux's system calls and signal frames. */
#include "user.h"
#include "machine.h"

enum { RA = 1, SP = 2, TP = 4, ARGUMENT = 10, NUMBER = 17 };

void arch_user_init(struct user *u, uintptr_t pc, uintptr_t sp)
{
    u->context.pc = pc;
    u->context.status = STATUS_SPIE | STATUS_FS;
    u->context.x[SP] = sp;
}

uint64_t user_number(const struct user *u)
{
    return u->context.x[NUMBER];
}

uint64_t user_argument(const struct user *u, unsigned i)
{
    return u->context.x[ARGUMENT + i];
}

void user_set_result(struct user *u, int64_t result)
{
    u->context.x[ARGUMENT] = (uint64_t)result;
}

void user_rewind(struct user *u)
{
    u->context.pc -= CALL_BYTES;
}

uintptr_t user_pc(const struct user *u)
{
    return u->context.pc;
}

uintptr_t user_sp(const struct user *u)
{
    return u->context.x[SP];
}

uintptr_t user_tls(const struct user *u)
{
    return u->context.x[TP];
}

void user_set_sp(struct user *u, uintptr_t sp)
{
    u->context.x[SP] = sp;
}

void user_set_tls(struct user *u, uintptr_t tls)
{
    u->context.x[TP] = tls;
}

void user_enter_function(struct user *u, uintptr_t pc, uintptr_t sp, uintptr_t returns,
                         const uint64_t argument[3])
{
    u->context.pc = pc;
    u->context.x[SP] = sp;
    u->context.x[RA] = returns;
    memcpy(&u->context.x[ARGUMENT], argument, 3 * sizeof *argument);
}

/* ---- frames ---- */

struct frame {
    uint64_t pc, x[31]; /* from x1 on */
    uint64_t f[32];
    uint32_t fcsr;
    uint8_t of_q[528 - 260]; /* the union of FP states is as large as that of quadruple precision */
};

const size_t user_frame_size = sizeof(struct frame);
_Static_assert(sizeof(struct frame) == 784, "sigcontext");

void user_frame_get(const struct user *u, void *frame)
{
    struct frame f = {.pc = u->context.pc, .fcsr = (uint32_t)u->fp.fcsr};
    memcpy(f.x, &u->context.x[1], sizeof f.x);
    memcpy(f.f, u->fp.f, sizeof f.f);
    memcpy(frame, &f, sizeof f);
}

void user_frame_set(struct user *u, const void *frame)
{
    struct frame f;
    memcpy(&f, frame, sizeof f);
    memcpy(&u->context.x[1], f.x, sizeof f.x);
    u->context.pc = f.pc;
    memcpy(u->fp.f, f.f, sizeof f.f);
    u->fp.fcsr = f.fcsr & 0xff;
}
