/* context.c: starting, entering and showing threads' contexts. */
#include "console.h"
#include "machine.h"
#include "unwind.h"
#include "user.h"

void arch_thread_init(struct thread *t, void (*entry)(void *), void *arg)
{
    t->context = (struct context){
        .x[0] = (uintptr_t)arg,
        .sp = t->stack_top,
        .pc = (uintptr_t)entry,
        .pstate = PSTATE_EL1T,
        .tpidr = t->tls,
        .core = t->core,
    };
}

/* The thread pointer is in the context: it comes with arch_resume. */
void arch_thread_enter(struct core *core, struct thread *to)
{
    core->context = thread_context(to);
}

void arch_print_registers(const struct context *c)
{
    print("pc  %016lx  sp  %016lx  pstate %08lx  esr %08lx\n", c->pc, c->sp, c->pstate,
          SYSREG_READ(esr_el1));
    for (unsigned i = 0; i < 31; i++)
        print("x%-2u %016lx%s", i, c->x[i], i % 4 == 3 || i == 30 ? "\n" : "  ");
}

/* MIDR_EL1: implementer and part number (Arm ARM, D24.2.128). */
void arch_describe_cpu(char *buffer, size_t size)
{
    static const struct {
        uint32_t implementer_part;
        const char *name;
    } known[] = {{0x41d03, "Cortex-A53"}, {0x41d07, "Cortex-A57"}, {0x41d08, "Cortex-A72"},
                 {0x41d05, "Cortex-A55"}, {0x41d0b, "Cortex-A76"}, {0x41d0c, "Neoverse N1"},
                 {0x00051, "QEMU max"}};
    uint64_t midr = SYSREG_READ(midr_el1);
    uint32_t id = (uint32_t)(midr >> 24 & 0xff) << 12 | (uint32_t)(midr >> 4 & 0xfff);
    for (unsigned i = 0; i < ARRAY_LEN(known); i++)
        if (known[i].implementer_part == id) {
            format_string(buffer, size, "%s", known[i].name);
            return;
        }
    format_string(buffer, size, "aarch64, MIDR %08lx", midr);
}

bool arch_random(uint64_t *value)
{
    if (SYSREG_READ(id_aa64isar0_el1) >> 60 == 0)
        return false;
    uint64_t failed;
    __asm__ volatile("mrs %0, s3_3_c2_c4_0; cset %1, eq"
                     : "=r"(*value), "=r"(failed)::"cc"); /* RNDR */
    return !failed;
}

void arch_unwind_from(const struct context *c, struct unwind *u)
{
    *u = (struct unwind){.pc = c->pc, .sp = c->sp};
    memcpy(u->reg, c->x, sizeof c->x);
    u->reg[31] = c->sp;
}
