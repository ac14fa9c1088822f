/* context.c: starting, entering and showing threads' contexts. */
#include "console.h"
#include "machine.h"
#include "ports.h"
#include "unwind.h"
#include "user.h"

#define RFLAGS_START 0x202 /* interrupts on, the bit that is always 1 */

void arch_thread_init(struct thread *t, void (*entry)(void *), void *arg)
{
    uint64_t *stack =
        (uint64_t *)t->stack_top; /* SAFETY: the creator gave a mapped, aligned stack */
    *--stack = 0;                 /* keeps the ABI's alignment at entry and ends backtraces */
    t->context = (struct context){
        .rip = (uintptr_t)entry,
        .rdi = (uintptr_t)arg,
        .cs = SELECTOR_KERNEL_CODE,
        .ss = SELECTOR_KERNEL_DATA,
        .rflags = RFLAGS_START,
        .rsp = (uintptr_t)stack,
        .core = t->core,
    };
    fp_reset(&t->fp);
}

void arch_thread_enter(struct core *core, struct thread *to)
{
    core->context = thread_context(to);
    core->arch.tss.ist[IST_INTERRUPT - 1] = (uintptr_t)core->context + CONTEXT_SIZE;
    if (to != core->idle)
        msr_write(MSR_FS_BASE, to->user ? to->user->tls : to->tls);
}

void arch_fp_save(struct fp_state *fp)
{
    __asm__ volatile("fxsave64 %0" : "=m"(*fp));
}

void arch_fp_restore(const struct fp_state *fp)
{
    __asm__ volatile("fxrstor64 %0" ::"m"(*fp));
}

void arch_print_registers(const struct context *c)
{
    print("rip %016lx  rsp %016lx  rflags %08lx  error %lx\n", c->rip, c->rsp, c->rflags, c->error);
    print("rax %016lx  rbx %016lx  rcx %016lx  rdx %016lx\n", c->rax, c->rbx, c->rcx, c->rdx);
    print("rsi %016lx  rdi %016lx  rbp %016lx  r8  %016lx\n", c->rsi, c->rdi, c->rbp, c->r8);
    print("r9  %016lx  r10 %016lx  r11 %016lx  r12 %016lx\n", c->r9, c->r10, c->r11, c->r12);
    print("r13 %016lx  r14 %016lx  r15 %016lx\n", c->r13, c->r14, c->r15);
}

void arch_describe_cpu(char *buffer, size_t size)
{
    uint32_t words[12] = {0};
    if (cpuid(0x80000000, 0).a >= 0x80000004)
        for (unsigned i = 0; i < 3; i++) {
            struct cpuid r = cpuid(0x80000002 + i, 0);
            memcpy(&words[4 * i], &r, sizeof r);
        }
    format_string(buffer, size, "%s", words[0] ? (const char *)words : "x86_64");
}

bool arch_random(uint64_t *value)
{
    if (!(cpuid(1, 0).c & 1u << 30))
        return false;
    bool ok;
    __asm__ volatile("rdrand %0" : "=r"(*value), "=@ccc"(ok));
    return ok;
}

/* ---- unwinding: DWARF numbers of the System V ABI's x86-64 supplement, figure 3.36 ---- */

void arch_unwind_from(const struct context *c, struct unwind *u)
{
    const uint64_t reg[] = {c->rax, c->rdx, c->rcx, c->rbx, c->rsi, c->rdi, c->rbp, c->rsp, c->r8,
                            c->r9,  c->r10, c->r11, c->r12, c->r13, c->r14, c->r15, c->rip};
    *u = (struct unwind){.pc = c->rip, .sp = c->rsp};
    memcpy(u->reg, reg, sizeof reg);
}
