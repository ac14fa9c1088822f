/* user.c: registers of user mode, by the Procedure Call Standard for the Arm 64-bit Architecture
 * and Linux's system calls and signal frames. */
#include "user.h"
#include "machine.h"

enum { ARGUMENT = 0, NUMBER = 8, LINK = 30 };

#define CALL_BYTES   4          /* of svc */
#define PSTATE_USERS 0xf0000000 /* what a program may set: N, Z, C, V */

void arch_user_init(struct user *u, uintptr_t pc, uintptr_t sp)
{
    u->context.pc = pc;
    u->context.sp = sp;
    u->context.pstate = PSTATE_EL0T;
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
    return u->context.sp;
}

uintptr_t user_tls(const struct user *u)
{
    return u->context.tpidr;
}

void user_set_sp(struct user *u, uintptr_t sp)
{
    u->context.sp = sp;
}

void user_set_tls(struct user *u, uintptr_t tls)
{
    u->context.tpidr = tls;
}

void user_enter_function(struct user *u, uintptr_t pc, uintptr_t sp, uintptr_t returns,
                         const uint64_t argument[3])
{
    u->context.pc = pc;
    u->context.sp = sp;
    u->context.x[LINK] = returns;
    memcpy(&u->context.x[ARGUMENT], argument, 3 * sizeof *argument);
}

/* ---- frames ---- */

#define FPSIMD_MAGIC 0x46508001

struct frame {
    uint64_t fault_address, x[31], sp, pc, pstate;
    struct { /* a record of what follows; one of size 0 ends them */
        uint32_t magic, size, fpsr, fpcr;
        uint8_t v[32][16];
    } fpsimd __attribute__((aligned(16)));
    uint64_t end[2];
};

const size_t user_frame_size = sizeof(struct frame);
_Static_assert(offsetof(struct frame, fpsimd) == 288, "sigcontext");

void user_frame_get(const struct user *u, void *frame)
{
    const struct context *c = &u->context;
    struct frame f = {
        .fault_address = u->fault.address, .sp = c->sp, .pc = c->pc, .pstate = c->pstate};
    memcpy(f.x, c->x, sizeof f.x);
    f.fpsimd.magic = FPSIMD_MAGIC;
    f.fpsimd.size = sizeof f.fpsimd;
    f.fpsimd.fpsr = (uint32_t)u->fp.fpsr;
    f.fpsimd.fpcr = (uint32_t)u->fp.fpcr;
    memcpy(f.fpsimd.v, u->fp.q, sizeof f.fpsimd.v);
    memcpy(frame, &f, sizeof f);
}

void user_frame_set(struct user *u, const void *frame)
{
    struct frame f;
    memcpy(&f, frame, sizeof f);
    memcpy(u->context.x, f.x, sizeof f.x);
    u->context.sp = f.sp;
    u->context.pc = f.pc;
    u->context.pstate = PSTATE_EL0T | (f.pstate & PSTATE_USERS);
    if (f.fpsimd.magic != FPSIMD_MAGIC)
        return;
    u->fp.fpsr = f.fpsimd.fpsr;
    u->fp.fpcr = f.fpsimd.fpcr;
    memcpy(u->fp.q, f.fpsimd.v, sizeof f.fpsimd.v);
}
