/* context.c: starting, entering and showing threads' contexts. */
#include "console.h"
#include "machine.h"
#include "sbi.h"
#include "unwind.h"
#include "user.h"

enum { RA = 1, SP = 2, GP = 3, TP = 4, A0 = 10 };

extern char global_pointer[] __asm__("__global_pointer$");

void arch_thread_init(struct thread *t, void (*entry)(void *), void *arg)
{
    t->context =
        (struct context){.pc = (uintptr_t)entry, .status = STATUS_SPP | STATUS_SPIE | STATUS_FS};
    t->context.x[SP] = t->stack_top;
    t->context.x[GP] = (uintptr_t)global_pointer;
    t->context.x[TP] = t->tls;
    t->context.x[A0] = (uintptr_t)arg;
    t->context.core = t->core;
}

/* The thread pointer is a register of the context: it comes with arch_resume. */
void arch_thread_enter(struct core *core, struct thread *to)
{
    core->context = thread_context(to);
}

void arch_print_registers(const struct context *c)
{
    static const char *const name[32] = {"  ", "ra", "sp",  "gp",  "tp", "t0", "t1", "t2",
                                         "s0", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
                                         "a6", "a7", "s2",  "s3",  "s4", "s5", "s6", "s7",
                                         "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
    print("pc  %016lx  sstatus %016lx  scause %lx  stval %016lx\n", c->pc, c->status,
          CSR_READ(scause), CSR_READ(stval));
    for (unsigned i = 1; i < 32; i++)
        print("%-3s %016lx%s", name[i], c->x[i], i % 4 == 0 || i == 31 ? "\n" : "  ");
}

/* The firmware knows the machine's ids (SBI base extension, functions 4 to 6). */
void arch_describe_cpu(char *buffer, size_t size)
{
    long vendor = sbi_call(SBI_BASE, 4, 0, 0, 0, 0).value,
         arch = sbi_call(SBI_BASE, 5, 0, 0, 0, 0).value;
    format_string(buffer, size, "rv64%s%s%s%s, vendor %lx, architecture %lx", "gc",
                  discovered.riscv.has_h ? "h" : "", discovered.riscv.has_v ? "v" : "",
                  discovered.riscv.has_sstc ? " sstc" : "", vendor, arch);
}

/* Without Zkr in supervisor mode there is no source to ask. */
bool arch_random(uint64_t *value)
{
    (void)value;
    return false;
}

void arch_unwind_from(const struct context *c, struct unwind *u)
{
    *u = (struct unwind){.pc = c->pc, .sp = c->x[SP]};
    memcpy(u->reg, c->x, sizeof c->x);
}
