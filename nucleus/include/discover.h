/* discover.h: what the nucleus must know of the machine before OCaml runs, read from the device
 * tree or from ACPI's static tables. A bounded reader: every offset is checked against the bytes
 * given, nothing is allocated, and any input yields a `struct discovered`, with what could not be
 * understood left out. */
#ifndef NUCLEUS_DISCOVER_H
#define NUCLEUS_DISCOVER_H

#include "base.h"

#define DISCOVER_CORES     256
#define DISCOVER_RESERVED  64
#define DISCOVER_IOAPICS   8
#define DISCOVER_GICR_MORE 7

enum console_kind {
    CONSOLE_NONE,
    CONSOLE_16550_PORT,
    CONSOLE_16550_MMIO,
    CONSOLE_PL011,
    CONSOLE_SBI
};
enum gic_kind { GIC_NONE, GIC_V2, GIC_V3 };
enum psci_conduit { PSCI_NONE, PSCI_HVC, PSCI_SMC };

struct discovered {
    /* Where the facts came from. */
    bool from_acpi, from_dtb;
    char model[64]; /* DTB: /model or first compatible; ACPI: OEM and table id */

    struct {
        enum console_kind kind;
        uint64_t base;           /* port number or physical address */
        uint8_t reg_shift;       /* 16550: log2 of the distance between registers */
        uint8_t reg_width;       /* bytes per access: 1 or 4 */
        uint32_t clock_hz, baud; /* 0: unknown, leave the line as firmware set it */
        uint32_t irq; /* x86: ISA IRQ or GSI; aarch64: GIC INTID; riscv64: PLIC/APLIC source */
        bool has_irq;
    } console;

    /* Hardware ids of the cores as the interrupt controller names them: local APIC id, MPIDR
     * affinity, hart id. aarch64 also: GICv2 CPU interface number (a device tree does not say it:
     * then the index of the core; GICD_ITARGETSR0, read on the core, decides), GICv3 redistributor
     * (GICR base when MADT has one a core). riscv64 also, each -1 when there is none, of the core's
     * supervisor mode: the PLIC context, the APLIC's interrupt delivery control, the index among
     * the IMSICs and the physical address of that IMSIC's page (0: none); and where a 1 is written
     * for a software interrupt there (the ACLINT's SSWI; 0: nowhere). */
    uint32_t nr_cores;
    struct discovered_core {
        uint64_t hw_id;
        uint32_t acpi_uid;
        bool is_absent; /* ACPI's "online capable": not there now, may be plugged in */
        uint32_t gic_cpu_interface;
        phys_t gicr_base;
        int32_t plic_context;
        int32_t aplic_idc;
        int32_t imsic_index;
        phys_t imsic_page;
        phys_t sswi_register;
    } core[DISCOVER_CORES];

    struct {
        phys_t lapic_base; /* x86 */
        bool has_8259;
        uint32_t nr_ioapics;
        struct {
            phys_t base;
            uint32_t gsi_base;
        } ioapic[DISCOVER_IOAPICS];
        struct {
            uint32_t gsi;
            bool active_low, level;
        } isa_override[16];     /* ISA IRQ n is wired to .gsi; defaults: n, edge, active high */
        phys_t hpet_base;       /* 0: none */
        uint16_t pm_timer_port; /* 0: none */
        uint16_t pm1a_control_port, pm1b_control_port;
        /* -1: unknown (from the DSDT's _S5_ package, by pattern). */
        int8_t s5_sleep_type_a, s5_sleep_type_b;
        uint32_t cmos_century;
        struct {
            bool present;
            uint8_t space; /* 0 memory, 1 port */
            uint64_t address;
            uint8_t value;
        } reset;
        /* Hardware-reduced ACPI: power-off writes s5_sleep_type_a << 2 | 0x20 to this one-byte
         * register. */
        struct {
            bool present;
            uint8_t space; /* 0 memory, 1 port */
            uint64_t address;
        } sleep_control;
    } x86;

    struct {
        enum gic_kind gic;
        phys_t gicd_base, gicd_size;
        phys_t gicc_base;            /* v2 */
        phys_t gicr_base, gicr_size; /* v3: first redistributor region (size 0: none) */
        uint32_t nr_gicr_more;       /* further ones, as on machines of more than 123 cores */
        struct {
            phys_t base, size;
        } gicr_more[DISCOVER_GICR_MORE];
        uint64_t gicr_stride;      /* bytes between redistributors; 0: as GICR_TYPER.VLPIS says */
        phys_t v2m_base, its_base; /* 0: none */
        /* The v2m frame's INTIDs when firmware tells, or 0 of them: then the frame itself does. */
        uint32_t v2m_spi_base, v2m_nr_spis;
        uint32_t timer_virtual_intid; /* PPIs of the generic timer, as INTIDs */
        uint32_t timer_physical_intid;
        enum psci_conduit psci;
        phys_t rtc_base;    /* PL031 */
        uint32_t rtc_intid; /* 0: unknown */
    } arm;

    struct {
        uint64_t timebase_hz;
        phys_t plic_base, plic_size;
        uint32_t plic_sources;
        phys_t aplic_base, imsic_base; /* supervisor-level ones; 0: none */
        uint32_t aplic_sources;        /* sources 1 to this */
        uint32_t imsic_ids;            /* interrupt identities 1 to this */
        /* Where in an IMSIC's address its hart's number is, for the APLIC: imsic_hart_bits above
         * the guests' pages, imsic_group_bits from bit imsic_group_shift on. */
        uint8_t imsic_guest_bits, imsic_hart_bits, imsic_group_bits, imsic_group_shift;
        bool has_sstc, has_svpbmt, has_v, has_h; /* on every core */
        /* Of the first core, in a device tree's words: "riscv,sv48"; "": unknown. */
        char mmu_type[16];
        phys_t test_device;  /* sifive_test: power-off with a status; 0: none */
        phys_t rtc_base;     /* goldfish */
        uint32_t rtc_source; /* 0: unknown */
    } riscv;

    uint32_t nr_reserved; /* ranges of RAM that must not be used, whatever the memory map says */
    struct {
        phys_t base, end;
    } reserved[DISCOVER_RESERVED];

    uint64_t seed[4]; /* /chosen/rng-seed, when has_seed: entropy from the loader or firmware */
    bool has_seed;
};

/* Reads physical memory for the ACPI reader: `size` readable bytes at `addr`, or NULL. */
typedef const void *discover_map_fn(phys_t addr, size_t size);

void discover_init(struct discovered *d);

/* From a device tree's blob of at most `size` bytes. Returns 0, or -EINVAL when it is not one. */
int discover_dtb(struct discovered *d, const void *dtb, size_t size);

/* From the RSDP on: XSDT or RSDT, MADT, FADT (and the DSDT's _S5_), SPCR, GTDT, HPET, RHCT.
 * Returns 0, or -EINVAL when the RSDP or root table is not valid. What is known already of the
 * console and of the cores, from a device tree, stays. */
int discover_acpi(struct discovered *d, phys_t rsdp, discover_map_fn *map);

#endif
