/* user.c: registers of user mode, by the System V ABI's x86-64 supplement (A.2.1) and Linux's
 * signal frames. */
#include "user.h"
#include "machine.h"
#include "pte.h"

#define RFLAGS_START 0x202   /* interrupts on, the bit that is always 1 */
#define RFLAGS_USERS 0x50dd5 /* what a program may set: AC, RF, OF, DF, TF, SF, ZF, AF, PF, CF */
#define RFLAGS_CALLS 0x500   /* clear when a function begins: DF, TF */
#define MXCSR_VALID  0xffff
#define CALL_BYTES   2 /* of syscall */

/* The CPU faults in the kernel when it is to return to an address that cannot be. */
static uint64_t possible(uint64_t pc)
{
    return pc < PTE_USER_END ? pc : 0;
}

void arch_user_init(struct user *u, uintptr_t pc, uintptr_t sp)
{
    u->context.rip = possible(pc);
    u->context.cs = SELECTOR_USER_CODE;
    u->context.ss = SELECTOR_USER_DATA;
    u->context.rflags = RFLAGS_START;
    u->context.rsp = sp;
    fp_reset(&u->fp);
}

uint64_t user_number(const struct user *u)
{
    return u->context.rax;
}

uint64_t user_argument(const struct user *u, unsigned i)
{
#define AT(register) (uint8_t)offsetof(struct context, register)
    static const uint8_t at[] = {AT(rdi), AT(rsi), AT(rdx), AT(r10), AT(r8), AT(r9)};
    return *(const uint64_t *)((const char *)&u->context + at[i]);
}

void user_set_result(struct user *u, int64_t result)
{
    u->context.rax = (uint64_t)result;
}

void user_rewind(struct user *u)
{
    u->context.rip -= CALL_BYTES;
}

uintptr_t user_pc(const struct user *u)
{
    return u->context.rip;
}

uintptr_t user_sp(const struct user *u)
{
    return u->context.rsp;
}

uintptr_t user_tls(const struct user *u)
{
    return u->tls;
}

void user_set_sp(struct user *u, uintptr_t sp)
{
    u->context.rsp = sp;
}

/* An address that cannot be would fault when it is written to the base of FS. */
void user_set_tls(struct user *u, uintptr_t tls)
{
    u->tls = possible(tls);
}

void user_enter_function(struct user *u, uintptr_t pc, uintptr_t sp, uintptr_t returns,
                         const uint64_t argument[3])
{
    (void)returns;
    u->context.rip = possible(pc);
    u->context.rsp = sp;
    u->context.rdi = argument[0];
    u->context.rsi = argument[1];
    u->context.rdx = argument[2];
    u->context.rax = 0;
    u->context.rflags &= ~(uint64_t)RFLAGS_CALLS;
}

/* ---- frames ---- */

struct frame {
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip,
        rflags;
    uint16_t cs, gs, fs, ss;
    uint64_t error, vector, old_mask, cr2, fp, reserved[8];
    struct fp_state state;
};

const size_t user_frame_size = sizeof(struct frame);
_Static_assert(offsetof(struct frame, state) == 256, "sigcontext");

void user_frame_get(const struct user *u, void *frame)
{
    const struct context *c = &u->context;
    struct frame f = {.r8 = c->r8,   .r9 = c->r9,   .r10 = c->r10, .r11 = c->r11, .r12 = c->r12,
                      .r13 = c->r13, .r14 = c->r14, .r15 = c->r15, .rdi = c->rdi, .rsi = c->rsi,
                      .rbp = c->rbp, .rbx = c->rbx, .rdx = c->rdx, .rax = c->rax, .rcx = c->rcx,
                      .rsp = c->rsp, .rip = c->rip, .rflags = c->rflags,
                      .cs = SELECTOR_USER_CODE, .ss = SELECTOR_USER_DATA,
                      .error = c->error, .vector = c->vector, .cr2 = u->fault.address,
                      .state = u->fp};
    memcpy(frame, &f, sizeof f);
}

void user_frame_set(struct user *u, const void *frame)
{
    struct context *c = &u->context;
    struct frame f;
    memcpy(&f, frame, sizeof f);
    c->r8 = f.r8, c->r9 = f.r9, c->r10 = f.r10, c->r11 = f.r11, c->r12 = f.r12, c->r13 = f.r13;
    c->r14 = f.r14, c->r15 = f.r15, c->rdi = f.rdi, c->rsi = f.rsi, c->rbp = f.rbp, c->rbx = f.rbx;
    c->rdx = f.rdx, c->rax = f.rax, c->rcx = f.rcx, c->rsp = f.rsp, c->rip = possible(f.rip);
    c->rflags = RFLAGS_START | (f.rflags & RFLAGS_USERS);
    u->fp = f.state;
    *(uint32_t *)&u->fp.image[FP_MXCSR] &= MXCSR_VALID;
}
