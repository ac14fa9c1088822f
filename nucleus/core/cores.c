/* cores.c: starting the processors, and what they tell each other.
 *
 * Invariant of shoot-downs: one at a time (flush_busy); its initiator holds no spinlock, and
 * everybody who waits here answers meanwhile, so that two initiators never wait for each other. */
#include "boot_info.h"
#include "clock.h"
#include "cores.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"
#include "power.h"

/* The boot core's stacks for traps before the dynamic range exists. */
static char first_stacks[2][4 * KIB] __attribute__((aligned(16)));
#define FIRST_STACK(n) ((uintptr_t)first_stacks[n] + sizeof first_stacks[n])

/* Until thread_init_core, a trap on the boot core is saved in its idle thread already. */
struct core boot_core = {
    .self = &boot_core,
    .idle = &boot_core.idle_thread,
    .current = &boot_core.idle_thread,
    .context = &boot_core.idle_thread.context,
    .idle_thread = {.core = &boot_core,
                    .name = "start",
                    .state = THREAD_RUNNING,
                    .context.core = &boot_core},
    .irq_stack = FIRST_STACK(0),
    .emergency_stack = FIRST_STACK(1),
    .arch = ARCH_CORE_BOOT,
};
struct core *cores[DISCOVER_CORES] = {&boot_core};
uint32_t nr_cores = 1;

/* ---- starting ---- */

static uintptr_t new_stack(void)
{
    uintptr_t top = kspace_stack(CORE_STACK_SIZE);
    if (top == 0)
        panic("cores: no memory for a core's stacks");
    return top;
}

static void give_stacks(struct core *core)
{
    core->irq_stack = new_stack();
    core->emergency_stack = new_stack();
    arch_core_stacks(core, new_stack);
}

extern char boot_stack_guard[]; /* entry.S: the page below the boot core's idle stack */

static void init_asids(struct core *core)
{
    char word[4];
    bool unwanted =
        boot_option("asids", word, sizeof word) && memcmp(word, "off", sizeof word) == 0;
    asids_init(&core->asids, arch_asids_init(!unwanted));
}

void cores_init(void)
{
    paging_protect((uintptr_t)boot_stack_guard, PAGE_SIZE, PAGE_NONE);
    tlb_flush((uintptr_t)boot_stack_guard, PAGE_SIZE);
    boot_core.hw_id = boot_core_hw_id(boot_core_this());
    give_stacks(&boot_core);
    arch_core_init(&boot_core);
    init_asids(&boot_core);
}

/* A secondary core's first C function, on its idle stack and the kernel's page tables. */
_Noreturn void core_main(struct core *core)
{
    arch_core_init(core);
    init_asids(core);
    thread_init_core(core);
    arch_interrupts_init_core(core);
    clock_init_core();
    __atomic_store_n(&core->online, true, __ATOMIC_RELEASE);
    thread_idle_loop();
}

static struct core *core_new(uint32_t index, uint64_t hw_id)
{
    struct core *core = (struct core *)kspace_alloc(sizeof *core, PAGE_READ | PAGE_WRITE);
    if (core == NULL)
        panic("cores: no memory for core %u", index);
    core->self = core;
    core->idle = &core->idle_thread;
    core->index = index;
    core->hw_id = hw_id;
    give_stacks(core);
    core->idle_thread.stack_top = new_stack();
    return core;
}

#define CORE_START_TIMEOUT_NS (2 * NS_PER_S)

static void start_one(uint32_t loader_index)
{
    struct core *core = core_new(nr_cores, boot_core_hw_id(loader_index));
    cores[nr_cores] = core;
    boot_start_core(loader_index, core);
    uint64_t deadline = clock_ns() + CORE_START_TIMEOUT_NS;
    while (!__atomic_load_n(&core->online, __ATOMIC_ACQUIRE))
        if (clock_ns() > deadline)
            panic("core %u (hardware id %lx) did not start", core->index, core->hw_id);
        else
            arch_relax();
    nr_cores++;
}

void cores_start(void)
{
    boot_core.online = true;
    for (uint32_t i = 0; i < boot_info.nr_cores && nr_cores < DISCOVER_CORES; i++)
        if (i != boot_core_this())
            start_one(i);
}

/* ---- interprocessor interrupts ---- */

void ipi_send(struct core *core, uint32_t reasons)
{
    uint32_t before = __atomic_fetch_or(&core->ipi_pending, reasons, __ATOMIC_SEQ_CST);
    if ((before & reasons) != reasons)
        arch_ipi(core);
}

void ipi_send_others(uint32_t reasons)
{
    for (uint32_t i = 0; i < nr_cores; i++)
        if (cores[i] != this_core())
            ipi_send(cores[i], reasons);
}

void ipi_receive(void)
{
    struct core *core = this_core();
    uint64_t began = trace_begin();
    core->nr_ipis++;
    tlb_answer();
    uint32_t reasons = __atomic_fetch_and(&core->ipi_pending, IPI_FLUSH, __ATOMIC_SEQ_CST);
    if (reasons & IPI_STOP)
        arch_halt();
    if (reasons & IPI_RESCHEDULE)
        core->reschedule = true;
    trace_took(TRACE_IPI, reasons, began);
}
