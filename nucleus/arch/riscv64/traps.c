/* traps.c: what scause means. Source: RISC-V Privileged Architecture, 10.1.8. */
#include "interrupts.h"
#include "machine.h"
#include "paging.h"
#include "user.h"

extern char trap_entry[];

#define INTERRUPT (1ull << 63)

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
    CSR_WRITE(sscratch, core);
    CSR_WRITE(stvec, trap_entry);
    CSR_SET(sstatus, STATUS_FS);
    CSR_WRITE(scounteren, 7); /* the user may read cycle, time and instret */
}

/* ---- faults ---- */

static const char *const exception_name[16] = {
    "misaligned program counter",
    "instruction bus error",
    "invalid instruction",
    "breakpoint",
    "misaligned access",
    "bus error",
    "misaligned access",
    "bus error",
    "system call from user mode",
    "system call from the kernel",
    "reserved",
    "reserved",
    "page fault",
    "page fault",
    "reserved",
    "page fault",
};

enum { BREAKPOINT = 3, FETCH_FAULT = 12, LOAD_FAULT = 13, STORE_FAULT = 15 };

static struct fault describe(uint64_t cause)
{
    struct fault f = {.what = cause < 16 ? exception_name[cause] : "unknown exception"};
    struct mapping m;
    if (cause >= 4 && cause != CAUSE_CALL && cause != 9) {
        f.has_address = true;
        f.address = CSR_READ(stval);
        f.access = cause == 5 || cause == 13 || cause == 4 ? "read"
                   : cause == FETCH_FAULT                  ? "execute"
                                                           : "write";
        unsigned needed = cause == FETCH_FAULT  ? PAGE_EXEC
                          : cause == LOAD_FAULT ? PAGE_READ
                                                : PAGE_WRITE;
        f.present = paging_lookup(f.address, &m) && !(m.flags & needed);
    }
    return f;
}

/* System calls are entry.S's. */
static struct context *user_trap(struct context *context, uint64_t cause)
{
    switch (cause) {
    case FETCH_FAULT:
        return user_fault(context, CSR_READ(stval), PAGE_EXEC);
    case LOAD_FAULT:
        return user_fault(context, CSR_READ(stval), PAGE_READ);
    case STORE_FAULT:
        return user_fault(context, CSR_READ(stval), PAGE_WRITE);
    case BREAKPOINT:
        return user_except(context, EXCEPTION_BREAK);
    case 0:
    case 4:
    case 6:
        return user_except(context, EXCEPTION_ALIGNMENT);
    case 1:
    case 5:
    case 7:
        return user_except(context, EXCEPTION_BUS);
    default:
        return user_except(context, EXCEPTION_INSTRUCTION);
    }
}

static bool is_of_user(const struct context *context)
{
    return !(context->status & STATUS_SPP);
}

struct context *trap_handle(struct context *context)
{
    uint64_t cause = CSR_READ(scause);
    if (!(cause & INTERRUPT) && is_of_user(context))
        return user_trap(context, cause);
    if (!(cause & INTERRUPT)) {
        struct fault f = describe(cause);
        return fault_handle(context, &f);
    }
    interrupt_dispatch((unsigned)cause);
    return this_core()->reschedule ? schedule() : context;
}

/* An exception inside a handler. */
struct context *trap_nested(struct context *context)
{
    this_core()->trap_depth++;
    struct context *next = trap_handle(context);
    this_core()->trap_depth--;
    return next;
}

bool fault_try_read(uintptr_t addr, uint64_t *value)
{
    uint64_t word = 0, ok;
    /* SAFETY: the load may fault; the fix-up takes it to 3, which says so. */
    __asm__ volatile("2: ld %0, (%2); li %1, 1; j 4f; 3: li %1, 0; 4:\n"
                     ".pushsection .fixups, \"a\"; .balign 8; .quad 2b, 3b; .popsection"
                     : "=&r"(word), "=&r"(ok)
                     : "r"(addr)
                     : "memory");
    *value = word;
    return ok;
}
