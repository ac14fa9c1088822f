/* traps.c: descriptor tables, and what an exception means.
 * Source: Intel SDM volume 3, chapters 3, 6 and 8. */
#include "interrupts.h"
#include "machine.h"
#include "paging.h"
#include "ports.h"
#include "user.h"

struct idt_entry {
    uint16_t offset_low, selector;
    uint8_t ist, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
};

struct table_pointer {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

static struct idt_entry idt[256];
extern char trap_stubs[];    /* entry.S: 16 bytes a vector */
extern char syscall_entry[]; /* entry.S */

#define EFER_SYSCALL 1
#define RFLAGS_TRAP  0x100ull
/* Flags that syscall clears: trap, interrupts, direction, I/O level, nested, alignment. */
#define FMASK 0x47700

enum {
    DIVISION = 0,
    DEBUG = 1,
    NMI = 2,
    BREAKPOINT = 3,
    DOUBLE_FAULT = 8,
    GENERAL_PROTECTION = 13,
    PAGE_FAULT = 14,
    FP_ERROR = 16,
    ALIGNMENT = 17,
    MACHINE_CHECK = 18,
    SIMD_ERROR = 19,
};

static uint8_t ist_of(unsigned vector)
{
    switch (vector) {
    case DEBUG:
    case BREAKPOINT:
        return IST_DEBUG;
    case NMI:
        return IST_NMI;
    case DOUBLE_FAULT:
        return IST_DOUBLE_FAULT;
    case MACHINE_CHECK:
        return IST_MACHINE_CHECK;
    default:
        return vector < 32 ? IST_FAULT : IST_INTERRUPT;
    }
}

#define GATE         0x8e /* present, interrupts off, not for `int` in user mode */
#define GATE_OF_USER 0xee /* also for that */

static void idt_fill(void)
{
    for (unsigned v = 0; v < 256; v++) {
        uintptr_t stub = (uintptr_t)trap_stubs + 16 * v;
        uint8_t type = v == BREAKPOINT ? GATE_OF_USER : GATE;
        idt[v] = (struct idt_entry){(uint16_t)stub,         SELECTOR_KERNEL_CODE,   ist_of(v), type,
                                    (uint16_t)(stub >> 16), (uint32_t)(stub >> 32), 0};
    }
}

/* ---- per core ---- */

static void gdt_fill(struct arch_core *a)
{
    uint64_t tss = (uintptr_t)&a->tss, limit = sizeof a->tss - 1;
    a->gdt[1] = 0x00af9b000000ffff; /* kernel code, 64 bit */
    a->gdt[2] = 0x00cf93000000ffff; /* kernel data */
    a->gdt[3] = 0x00cff3000000ffff; /* user data, where sysret expects it */
    a->gdt[4] = 0x00affb000000ffff; /* user code, 64 bit */
    a->gdt[5] = limit | (tss & 0xffffff) << 16 | 0x89ull << 40 | (tss >> 24 & 0xff) << 56;
    a->gdt[6] = tss >> 32;
}

static void tss_fill(struct core *core)
{
    core->arch.tss.io_map = sizeof core->arch.tss;
    for (unsigned i = 0; i < NR_FAULT_STACKS; i++) {
        uintptr_t top = core->arch.fault_stack[i] - 16;
        *(struct core **)top =
            core; /* where CONTEXT_CORE looks for it; SAFETY: inside the stack's mapping */
        core->arch.tss.ist[IST_FAULT - 1 + i] = top;
    }
    core->arch.tss.ist[IST_INTERRUPT - 1] = (uintptr_t)core->context + CONTEXT_SIZE;
}

/* SAFETY: the tables are filled, live in struct core or .bss for ever, and keep the selectors in
 * use. */
static void load_tables(struct core *core)
{
    struct table_pointer gdt = {sizeof core->arch.gdt - 1, (uintptr_t)core->arch.gdt};
    struct table_pointer idtr = {sizeof idt - 1, (uintptr_t)idt};
    __asm__ volatile("lgdt %0; lidt %1" ::"m"(gdt), "m"(idtr));
    __asm__ volatile(
        "pushq %0; leaq 1f(%%rip), %%rax; pushq %%rax; lretq; 1:"
        "movw %w1, %%ds; movw %w1, %%es; movw %w1, %%ss; movw %w2, %%fs; movw %w2, %%gs" ::"i"(
            SELECTOR_KERNEL_CODE),
        "r"(SELECTOR_KERNEL_DATA), "r"(0)
        : "rax", "memory");
    __asm__ volatile("ltr %w0" ::"r"(SELECTOR_TSS));
}

/* SSE on, no emulation (Intel SDM volume 3, 2.5). FXSAVE needs CR4.OSFXSR. */
static void enable_fp(void)
{
    uint64_t cr0, cr4;
    __asm__ volatile("mov %%cr0, %0; mov %%cr4, %1" : "=r"(cr0), "=r"(cr4));
    cr0 = (cr0 & ~0xcull) | 0x22; /* EM, TS off; MP, NE on */
    cr4 |= 0x600;                /* OSFXSR, OSXMMEXCPT */
    __asm__ volatile("mov %0, %%cr0; mov %1, %%cr4; fninit" ::"r"(cr0), "r"(cr4) : "memory");
}

/* Source: AMD64 manual volume 2, 6.1.1. */
static void enable_syscall(void)
{
    uint64_t user_base = SELECTOR_KERNEL_DATA; /* sysret's: data 8 and code 16 above it */
    msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_SYSCALL);
    msr_write(MSR_STAR, user_base << 48 | (uint64_t)SELECTOR_KERNEL_CODE << 32);
    msr_write(MSR_LSTAR, (uintptr_t)syscall_entry);
    msr_write(MSR_FMASK, FMASK);
    msr_write(MSR_KERNEL_GS_BASE, 0);
}

uint64_t core_entry_stack_offset =
    offsetof(struct core, idle_thread) + offsetof(struct thread, stack_top);

void arch_core_stacks(struct core *core, uintptr_t (*new_stack)(void))
{
    for (unsigned i = 0; i < NR_FAULT_STACKS; i++)
        core->arch.fault_stack[i] = new_stack();
}

void arch_core_init(struct core *core)
{
    idt_fill();
    gdt_fill(&core->arch);
    if (core->context == NULL)
        core->context = &core->idle_thread.context;
    core->idle_thread.context.core = core;
    tss_fill(core);
    load_tables(core);
    msr_write(MSR_GS_BASE, (uintptr_t)core);
    enable_fp();
    enable_syscall();
}

_Noreturn void core_main(struct core *core);

_Noreturn void core_main_entered(struct core *core)
{
    paging_enter();
    core_main(core);
}

/* ---- interrupts and faults ---- */

struct context *interrupt_handle(struct context *context)
{
    struct core *core = this_core();
    interrupt_dispatch((unsigned)context->vector);
    return core->reschedule ? schedule() : context;
}

static const char *const exception_name[32] = {
    "division error",
    "debug trap",
    "non-maskable interrupt",
    "breakpoint",
    "overflow",
    "bound exceeded",
    "invalid instruction",
    "FP unit not available",
    "double fault",
    "coprocessor overrun",
    "invalid TSS",
    "segment not present",
    "stack fault",
    "general protection fault",
    "page fault",
    "reserved",
    "x87 floating-point error",
    "alignment error",
    "machine check",
    "SIMD floating-point error",
    "virtualisation exception",
    "control protection error",
};

static struct fault describe(const struct context *c)
{
    const char *name = c->vector < 32 ? exception_name[c->vector] : NULL;
    struct fault f = {.what = name ? name : "unknown exception"};
    if (c->vector == PAGE_FAULT) {
        __asm__ volatile("mov %%cr2, %0" : "=r"(f.address));
        f.has_address = true;
        f.present = c->error & 1;
        f.access = c->error & 16 ? "execute" : c->error & 2 ? "write" : "read";
    }
    return f;
}

struct context *trap_fault(struct context *context)
{
    if (context->vector == NMI)
        nmi_handle();
    if (context->vector == DEBUG)
        context->rflags &= ~RFLAGS_TRAP; /* a user's, for which it is too late */
    if (context->vector == NMI || context->vector == DEBUG)
        return context;
    struct fault f = describe(context);
    return fault_handle(context, &f);
}

#define ERROR_WRITE 2
#define ERROR_FETCH 16

/* On the handler stack; the frame is in the user's context. */
struct context *trap_of_user(struct context *context)
{
    uintptr_t address;
    switch (context->vector) {
    case PAGE_FAULT:
        __asm__ volatile("mov %%cr2, %0" : "=r"(address));
        return user_fault(context, address,
                          context->error & ERROR_FETCH   ? PAGE_EXEC
                          : context->error & ERROR_WRITE ? PAGE_WRITE
                                                         : PAGE_READ);
    case DEBUG:
        return user_except(context, EXCEPTION_STEP);
    case BREAKPOINT:
        return user_except(context, EXCEPTION_BREAK);
    case DIVISION:
    case FP_ERROR:
    case SIMD_ERROR:
        return user_except(context, EXCEPTION_ARITHMETIC);
    case ALIGNMENT:
        return user_except(context, EXCEPTION_ALIGNMENT);
    case GENERAL_PROTECTION:
        return user_except(context, EXCEPTION_PROTECTION);
    default:
        return user_except(context, EXCEPTION_INSTRUCTION);
    }
}

bool fault_try_read(uintptr_t addr, uint64_t *value)
{
    uint64_t word = 0, ok;
    /* SAFETY: the load may fault; the fix-up takes it to 3, which says so. */
    __asm__ volatile("2: movq (%2), %0; movl $1, %k1; jmp 4f; 3: xorl %k1, %k1; 4:\n"
                     ".pushsection .fixups, \"a\"; .balign 8; .quad 2b, 3b; .popsection"
                     : "=&r"(word), "=&r"(ok)
                     : "r"(addr)
                     : "memory", "cc");
    *value = word;
    return ok;
}
