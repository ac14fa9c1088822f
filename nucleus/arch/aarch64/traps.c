/* traps.c: what an exception at EL1 means. Source: Arm ARM (DDI 0487), D24.2.40 (ESR_EL1). */
#include "interrupts.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"
#include "user.h"

extern char trap_vectors[];
void arch_set_handler_stack(uintptr_t stack);

#define CPACR_FPEN   (3ull << 20)
/* The user may: DC ZVA, CTR_EL0, WFI, WFE, cache maintenance; its stack is aligned. */
#define SCTLR_USER 0x405c010ull
#define SCTLR_SPAN   (1ull << 23)  /* clear: exceptions set PAN */
#define CNTKCTL_USER 3             /* the user may read the counters */

bool pan_is_on; /* for user_copy.S */

uint64_t core_entry_stack_offset =
    offsetof(struct core, idle_thread) + offsetof(struct thread, stack_top);

/* One handler stack and one emergency stack do: see entry.S. */
void arch_core_stacks(struct core *core, uintptr_t (*new_stack)(void))
{
    (void)core;
    (void)new_stack;
}

void arch_core_init(struct core *core)
{
    if (core->context == NULL)
        core->context = &core->idle_thread.context;
    core->idle_thread.context.core = core;
    SYSREG_WRITE(tpidr_el1, core);
    SYSREG_WRITE(vbar_el1, trap_vectors);
    SYSREG_WRITE(cpacr_el1, SYSREG_READ(cpacr_el1) | CPACR_FPEN);
    SYSREG_WRITE(sctlr_el1, (SYSREG_READ(sctlr_el1) | SCTLR_USER) & ~SCTLR_SPAN);
    SYSREG_WRITE(cntkctl_el1, CNTKCTL_USER);
    __asm__ volatile("isb" ::: "memory");
    pan_is_on = SYSREG_READ(id_aa64mmfr1_el1) >> 20 & 0xf;
    if (pan_is_on)
        __asm__ volatile(".arch_extension pan; msr pan, #1" ::: "memory");
    arch_set_handler_stack(core->irq_stack);
}

_Noreturn void core_main(struct core *core);

_Noreturn void core_main_entered(struct core *core)
{
    paging_enter();
    core_main(core);
}

struct context *trap_interrupt(struct context *context)
{
    interrupt_dispatch();
    return this_core()->reschedule ? schedule() : context;
}

/* ---- faults ---- */

enum {
    EC_UNKNOWN = 0x00,
    EC_FP = 0x07,
    EC_ILLEGAL_STATE = 0x0e,
    EC_SVC = ESR_CLASS_CALL,
    EC_FETCH_LOWER = 0x20,
    EC_FETCH = 0x21,
    EC_PC_ALIGN = 0x22,
    EC_DATA_LOWER = 0x24,
    EC_DATA = 0x25,
    EC_SP_ALIGN = 0x26,
    EC_SERROR = 0x2f,
    EC_BREAK = 0x3c,
};

static const char *name_of(unsigned class)
{
    switch (class) {
    case EC_UNKNOWN:
        return "invalid instruction";
    case EC_FP:
        return "FP unit not available";
    case EC_ILLEGAL_STATE:
        return "illegal execution state";
    case EC_SVC:
        return "system call from the kernel";
    case EC_FETCH_LOWER:
    case EC_FETCH:
    case EC_DATA_LOWER:
    case EC_DATA:
        return "page fault";
    case EC_PC_ALIGN:
        return "misaligned program counter";
    case EC_SP_ALIGN:
        return "misaligned stack pointer";
    case EC_SERROR:
        return "system error";
    case EC_BREAK:
        return "breakpoint";
    default:
        return "unknown exception";
    }
}

static struct fault describe(void)
{
    uint64_t esr = SYSREG_READ(esr_el1);
    unsigned class = esr >> 26 & 0x3f, status = esr & 0x3f;
    struct fault f = {.what = name_of(class)};
    bool fetch = class == EC_FETCH || class == EC_FETCH_LOWER,
         data = class == EC_DATA || class == EC_DATA_LOWER;
    if (fetch || data) {
        f.has_address = true;
        f.address = SYSREG_READ(far_el1);
        f.present = (status & 0x3c) == 0x0c; /* permission fault */
        f.access = fetch ? "execute" : esr & 1 << 6 ? "write" : "read";
        if (status == 0x21)
            f.what = "misaligned access";
        else if (status == 0x10)
            f.what = "bus error";
    }
    return f;
}

static unsigned wanted(const struct fault *f)
{
    return f->access[0] == 'e' ? PAGE_EXEC : f->access[0] == 'w' ? PAGE_WRITE : PAGE_READ;
}

/* System calls are entry.S's. */
static struct context *user_trap(struct context *context, const struct fault *f)
{
    unsigned class = SYSREG_READ(esr_el1) >> 26 & 0x3f, status = SYSREG_READ(esr_el1) & 0x3f;
    bool is_page = f->has_address && (status & 0x30) == 0 && (status & 0x3c) >= 4;
    if (is_page)
        return user_fault(context, f->address, wanted(f));
    switch (class) {
    case EC_PC_ALIGN:
    case EC_SP_ALIGN:
        return user_except(context, EXCEPTION_ALIGNMENT);
    case EC_FETCH_LOWER:
    case EC_DATA_LOWER:
        return user_except(context, status == 0x21 ? EXCEPTION_ALIGNMENT : EXCEPTION_BUS);
    case EC_BREAK:
        return user_except(context, EXCEPTION_BREAK);
    default:
        return user_except(context, EXCEPTION_INSTRUCTION);
    }
}

static bool is_of_user(const struct context *context)
{
    return (context->pstate & 0xf) == PSTATE_EL0T;
}

struct context *trap_sync(struct context *context)
{
    struct fault f = describe();
    return is_of_user(context) ? user_trap(context, &f) : fault_handle(context, &f);
}

/* An exception inside a handler. */
struct context *trap_nested(struct context *context)
{
    this_core()->trap_depth++;
    struct context *next = trap_sync(context);
    this_core()->trap_depth--;
    return next;
}

struct context *trap_serror(struct context *context)
{
    struct fault f = {.what = "system error"};
    panic_fault(context, &f);
}

bool fault_try_read(uintptr_t addr, uint64_t *value)
{
    uint64_t word = 0, ok;
    /* SAFETY: the load may fault; the fix-up takes it to 3, which says so. */
    __asm__ volatile("2: ldr %0, [%2]; mov %1, #1; b 4f; 3: mov %1, #0; 4:\n"
                     ".pushsection .fixups, \"a\"; .balign 8; .quad 2b, 3b; .popsection"
                     : "=&r"(word), "=&r"(ok)
                     : "r"(addr)
                     : "memory", "cc");
    *value = word;
    return ok;
}
