/* Every other core: started, in the state that the protocol says, on a stack of its own. */
#include "test.h"

#define CORES_MAX 64

static struct entry_state states[CORES_MAX];
static unsigned errors[CORES_MAX];
static unsigned nr_arrived;
static bool arguments_good = true;

_Noreturn void core_main(struct entry_state *state, struct limine_mp_info *info)
{
    errors[state - states] = arch_state_errors(state, (uint64_t)info);
    __atomic_add_fetch(&nr_arrived, 1, __ATOMIC_SEQ_CST);
    for (;;) {
    }
}

static bool is_boot_core(const struct limine_mp_info *info)
{
    return arch_core_id(info) == arch_boot_core_id();
}

static void start_all(void)
{
    for (uint64_t i = 0; i < mp.response->cpu_count && i < CORES_MAX; i++) {
        struct limine_mp_info *info = mp.response->cpus[i];
        arguments_good &= info->goto_address == NULL || is_boot_core(info);
        if (is_boot_core(info))
            continue;
        info->extra_argument = (uint64_t)&states[i];
        __atomic_store_n(&info->goto_address, core_entry, __ATOMIC_RELEASE);
    }
    for (volatile uint64_t spins = 0; spins < 3000000000ULL; spins++) {
        if (__atomic_load_n(&nr_arrived, __ATOMIC_SEQ_CST) + 1 == mp.response->cpu_count)
            return;
    }
}

static bool stacks_overlap(uint64_t a, uint64_t b)
{
    return a < b ? b - a < STACK_SIZE : a - b < STACK_SIZE;
}

/* With the boot core's: all of STACK_SIZE below each stack pointer belongs to that core. */
static bool stacks_are_good(uint64_t count)
{
    bool good = true;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t mine = is_boot_core(mp.response->cpus[i]) ? boot_state.stack : states[i].stack;
        good &= is_in((void *)(mine - STACK_SIZE + 64), STACK_SIZE - 64,
                      LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE);
        for (uint64_t j = 0; j < i; j++)
            good &= !stacks_overlap(mine, is_boot_core(mp.response->cpus[j]) ? boot_state.stack
                                                                             : states[j].stack);
    }
    return good;
}

static void check_list(uint64_t count)
{
    uint64_t nr_boot = 0;
    bool unique = true;
    for (uint64_t i = 0; i < count; i++) {
        nr_boot += is_boot_core(mp.response->cpus[i]);
        for (uint64_t j = 0; j < i; j++)
            unique &= arch_core_id(mp.response->cpus[i]) != arch_core_id(mp.response->cpus[j]);
    }
    check(nr_boot == 1, "cores: the boot core is listed once");
    check(unique, "cores: ids are unique");
}

void check_cores(void)
{
    check(mp.response &&
              is_in(mp.response, sizeof(*mp.response), LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE),
          "cores: answered");
    if (!mp.response)
        return;
    uint64_t count = mp.response->cpu_count, bad = 0;
    check_equal(count, word_number("cores", 1), "cores: as many as the machine has");
    count = count > CORES_MAX ? CORES_MAX : count;
    check_list(count);
    start_all();
    check_equal(nr_arrived + 1, mp.response->cpu_count, "cores: all start");
    check(arguments_good, "cores: nobody was told where to go before");
    for (uint64_t i = 0; i < count; i++)
        bad += errors[i];
    check_equal(bad, 0, "cores: their state is that of the boot core");
    check(stacks_are_good(count), "cores: each has a stack of its own, as large as wanted");
}
