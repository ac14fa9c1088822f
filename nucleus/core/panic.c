/* panic.c: the panic screen. It trusts nothing: memory is read only where the page tables allow it,
 * the console is polled without its lock, and a panic within the panic ends at once. */
#include "boot_info.h"
#include "clock.h"
#include "console.h"
#include "frames.h"
#include "kspace.h"
#include "machine.h"
#include "pte.h"
#include "panic.h"
#include "power.h"
#include "symbols.h"
#include "unwind.h"

#define FRAMES_SHOWN 40

static _Atomic uint32_t panicking; /* 1 + index of the core that panics */

static void print_frame(unsigned number, uintptr_t pc, bool is_return)
{
    struct symbol symbol;
    char name[160];
    uintptr_t lookup = is_return ? pc - 1 : pc;
    if (!symbol_find(lookup, &symbol)) {
        print("  %2u  %016lx\n", number, pc);
        return;
    }
    symbol_print_name(&symbol, name, sizeof name);
    print("  %2u  %016lx  %s+0x%lx", number, pc, name, pc - symbol.start);
    if (symbol.is_ocaml)
        panic_ocaml_frames.describe(pc);
    print("\n");
}

extern const uint8_t eh_frame_start[], eh_frame_end[];

static bool read_word(uint64_t addr, uint64_t *value)
{
    if (!paging_readable(addr))
        return false;
    *value = *(const uint64_t *)addr; /* SAFETY: the tables allow it, checked above */
    return true;
}

static void print_backtrace(struct unwind *u)
{
    static const struct unwind_tables tables = {eh_frame_start, eh_frame_end, UNWIND_COLUMNS,
                                                read_word};
    print("backtrace, innermost first:\n");
    for (unsigned n = 0; n < FRAMES_SHOWN; n++) {
        print_frame(n, u->pc, u->in_call);
        bool by_descriptor = panic_ocaml_frames.step(u);
        if (!by_descriptor && !unwind_step(&tables, u))
            return;
        if (u->pc == 0)
            return;
    }
    print("  ... and further frames\n");
}

static void print_where(bool in_handler)
{
    struct core *core = this_core();
    char cpu[64];
    arch_describe_cpu(cpu, sizeof cpu);
    print("core %u of %u (%s), thread %u \"%s\", %lu ms after the start%s\n", core->index, nr_cores,
          cpu, core->current ? core->current->id : 0,
          core->current && core->current->name ? core->current->name : "?",
          clock_hz ? clock_ns() / NS_PER_MS : 0, in_handler ? ", in a handler" : "");
    print("memory: %lu KiB free, %lu KiB behind heaps and stacks\n", frames_free_total() / KIB,
          kspace_committed() / KIB);
}

static void begin(void)
{
    arch_irq_disable();
    uint32_t expected = 0, me = this_core()->index + 1;
    if (!__atomic_compare_exchange_n(&panicking, &expected, me, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST)) {
        if (expected == me) { /* the panic itself failed */
            print("\n(a second fault while this was printed)\n");
            arch_power_off(EXIT_PANIC);
        }
        arch_halt();
    }
    arch_stop_others();
    console_panic_mode();
}

static _Noreturn void finish(struct unwind *u)
{
    print_backtrace(u);
    print("the kernel stops here.\n");
    power_off(EXIT_PANIC);
}

_Noreturn void panic(const char *format, ...)
{
    begin();
    va_list args;
    va_start(args, format);
    print("\n*** panic: ");
    vprint(format, args);
    print("\n");
    va_end(args);
    print_where(this_core()->trap_depth > 0);
    struct unwind u = {.in_call = true};
    arch_unwind_here(&u);
    finish(&u);
}

/* ---- faults ---- */

static const char *address_in_words(uintptr_t address)
{
    struct mapping m;
    if (address < PAGE_SIZE)
        return "near NULL";
    if (!paging_canonical(address))
        return "not a canonical address";
    if (address < hhdm_offset)
        return "in the lower half, which belongs to processes";
    if (address >= kspace_start && address < kspace_end)
        return paging_lookup(address, &m)
                   ? "in the dynamic range, protected"
                   : "in the dynamic range, nothing there (a guard page or freed memory)";
    if (address >= boot_info.kernel_virtual)
        return "in the kernel's image";
    return paging_lookup(address, &m) ? "in the direct map" : "in the direct map, no memory there";
}

_Noreturn void panic_fault(const struct context *context, const struct fault *fault)
{
    begin();
    print("\n*** panic: %s", fault->what);
    if (fault->has_address)
        print(": %s%s at %016lx, %s", fault->access ? fault->access : "access",
              fault->present ? " not allowed" : "", fault->address,
              address_in_words(fault->address));
    print("\n");
    print_where(this_core()->trap_depth > 1);
    arch_print_registers(context);
    struct unwind u;
    arch_unwind_from(context, &u);
    finish(&u);
}
