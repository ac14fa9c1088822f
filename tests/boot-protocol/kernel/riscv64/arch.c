/* riscv64: what the protocol says about registers, and how to get at things. */
#include "../test.h"

#define read_csr(name)                                                                             \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("csrr %0, " #name : "=r"(value_));                                        \
        value_;                                                                                    \
    })

void arch_console_open(void)
{
}

void arch_console_put(char c)
{
    register uint64_t a0 __asm__("a0") = (uint8_t)c;
    register uint64_t a7 __asm__("a7") = 1;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "a1", "memory");
}

/* SiFive's test finisher at its place on QEMU's virt machine. */
_Noreturn void arch_exit(bool good)
{
    *(volatile uint32_t *)peek(0x100000) = good ? 0x5555 : 1 << 16 | 0x3333;
    for (;;) {
    }
}

#define A0          10
#define SSTATUS_SIE 0x2
#define SSTATUS_FS  0x6000
#define SSTATUS_XS  0x18000

unsigned arch_state_errors(const struct entry_state *state, uint64_t argument)
{
    unsigned errors = 0;
    for (unsigned i = 1; i < 32; i++)
        errors += state->general[i] != (i == A0 ? argument : 0);
    errors += (state->flags & (SSTATUS_SIE | SSTATUS_XS)) != 0;
    errors += own_loader && (state->flags & SSTATUS_FS) != 0; /* Limine 8.2 leaves it on */
    errors += read_csr(sie) != 0;
    errors += (state->stack & 15) != 0;
    return errors;
}

void arch_check_state(void)
{
    check_equal(arch_state_errors(&boot_state, 0), 0, "registers at entry");
    if (arch_state_errors(&boot_state, 0)) {
        for (unsigned i = 1; i < 32; i++)
            check_equal(boot_state.general[i], 0, "general register");
        check_equal(boot_state.flags, 0, "sstatus");
    }
}

void arch_check_more(void)
{
    if (own_loader)
        check(bsp_hartid.response && mp.response &&
                  bsp_hartid.response->bsp_hartid == mp.response->bsp_hartid,
              "boot hart: answered like in the list of cores");
}

uint64_t arch_table_root(uint64_t address)
{
    (void)address;
    return (read_csr(satp) & 0xfffffffffff) << 12;
}

unsigned arch_table_levels(void)
{
    return (unsigned)(read_csr(satp) >> 60) - 8 + 3;
}

bool arch_entry(uint64_t entry, unsigned level, bool *leaf, struct mapping *mapping)
{
    (void)level;
    *leaf = entry & 0xe;
    mapping->physical = entry >> 10 << 12 & 0x00fffffffffff000ULL;
    mapping->writable = entry & 4;
    mapping->executable = entry & 8;
    return entry & 1;
}

uint64_t arch_make_table(uint64_t physical)
{
    return physical >> 12 << 10 | 1;
}

uint64_t arch_make_device(uint64_t physical)
{
    return physical >> 12 << 10 | 0xc7; /* D, A, W, R, V */
}

uint64_t arch_peek_root(void)
{
    return arch_table_root(0);
}

void arch_flush(void)
{
    __asm__ volatile("sfence.vma" ::: "memory");
}

uint64_t arch_core_id(const struct limine_mp_info *info)
{
    return info->hartid;
}

uint64_t arch_boot_core_id(void)
{
    return mp.response->bsp_hartid;
}
