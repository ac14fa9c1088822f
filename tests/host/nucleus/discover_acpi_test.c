/* discover_acpi_test.c: ACPI tables of made-up machines, and those that QEMU makes, read. */
#include "discover.h"
#include "errno.h"
#include "qemu.h"
#include "tables.h"
#include <sys/mman.h>

static struct discovered d;

static int read_tables(void)
{
    discover_init(&d);
    int result = discover_acpi(&d, TABLES_RSDP, tables_map);
    tables_unmap();
    return result;
}

/* ---- x86 ---- */

TEST(acpi_pc_cores)
{
    tables_pc(true);
    CHECK_EQ(read_tables(), 0);
    CHECK(d.from_acpi && !d.from_dtb);
    CHECK(strcmp(d.model, "ACME TABLES") == 0);
    CHECK_EQ(d.nr_cores, 3);
    CHECK_EQ(d.core[0].hw_id, 2);
    CHECK_EQ(d.core[0].acpi_uid, 7);
    CHECK(!d.core[0].is_absent);
    CHECK_EQ(d.core[1].hw_id, 6);
    CHECK(d.core[1].is_absent);
    CHECK_EQ(d.core[2].hw_id, 0x123);
    CHECK_EQ(d.core[2].acpi_uid, 77);
}

static void check_pc(void)
{
    CHECK_EQ(d.x86.lapic_base, 0x1fee00000);
    CHECK(d.x86.has_8259);
    CHECK_EQ(d.x86.nr_ioapics, 2);
    CHECK_EQ(d.x86.ioapic[1].base, 0xfec10000);
    CHECK_EQ(d.x86.ioapic[1].gsi_base, 24);
    CHECK_EQ(d.x86.isa_override[0].gsi, 2);
    CHECK(!d.x86.isa_override[0].active_low && !d.x86.isa_override[0].level);
    CHECK_EQ(d.x86.isa_override[5].gsi, 5);
    CHECK(d.x86.isa_override[9].active_low && d.x86.isa_override[9].level);
    CHECK_EQ(d.x86.hpet_base, 0xfed00000);
    CHECK_EQ(d.console.kind, CONSOLE_16550_PORT);
    CHECK_EQ(d.console.base, 0x2f8);
    CHECK_EQ(d.console.irq, 3);
    CHECK_EQ(d.console.baud, 115200);
}

static void check_power(void)
{
    CHECK_EQ(d.x86.pm_timer_port, 0xb008);
    CHECK_EQ(d.x86.pm1a_control_port, 0x604);
    CHECK_EQ(d.x86.pm1b_control_port, 0x704);
    CHECK_EQ(d.x86.cmos_century, 0x32);
    CHECK(d.x86.reset.present);
    CHECK_EQ(d.x86.reset.space, 1);
    CHECK_EQ(d.x86.reset.address, 0xcf9);
    CHECK_EQ(d.x86.reset.value, 0x0f);
    CHECK(!d.x86.sleep_control.present);
    CHECK_EQ(d.x86.s5_sleep_type_a, 5);
    CHECK_EQ(d.x86.s5_sleep_type_b, 1);
}

TEST(acpi_pc_devices)
{
    tables_pc(true);
    CHECK_EQ(read_tables(), 0);
    check_pc();
    check_power();
}

TEST(acpi_pc_through_the_rsdt)
{
    tables_pc(false);
    CHECK_EQ(read_tables(), 0);
    check_pc();
    check_power();
}

TEST(acpi_hardware_reduced)
{
    tables_begin();
    tables_fadt(1 << 20, tables_dsdt());
    tables_finish(true);
    CHECK_EQ(read_tables(), 0);
    CHECK_EQ(d.x86.pm_timer_port + d.x86.pm1a_control_port, 0);
    CHECK(!d.x86.reset.present);
    CHECK(d.x86.sleep_control.present);
    CHECK_EQ(d.x86.sleep_control.space, 0);
    CHECK_EQ(d.x86.sleep_control.address, 0xfea00200);
}

static void s5_is(const uint8_t *aml, size_t size, int a, int b)
{
    tables_begin();
    phys_t dsdt = table_new("DSDT", 2, 36);
    table_append(dsdt, aml, size);
    table_seal(dsdt);
    tables_fadt(0, dsdt);
    tables_finish(true);
    CHECK_EQ(read_tables(), 0);
    CHECK_EQ(d.x86.s5_sleep_type_a, a);
    CHECK_EQ(d.x86.s5_sleep_type_b, b);
}

TEST(acpi_s5_encodings)
{
    s5_is(BYTES(8, '_', 'S', '5', '_', 0x12, 6, 4, 0, 1, 0, 0), 0, 1);
    s5_is(BYTES(8, '_', 'S', '5', '_', 0x12, 7, 1, 0xb, 7, 0), 7, 7);
    s5_is(BYTES(8, '_', 'S', '5', '_', 0x12, 7, 2, 0xc, 6, 0, 0, 0, 0xa, 2), 6, 2);
    s5_is(BYTES(8, '_', 'S', '5', '_', 0x12, 7, 2, 0xa, 8, 0), -1, -1);
    s5_is(BYTES(8, '_', 'S', '5', '_', 0x12, 7, 2, 0xa), -1, -1);
    s5_is(BYTES(8, '_', 'S', '5', '_', 0x12, 0xc7), -1, -1);
    s5_is(BYTES(8, '_', 'S', '5', '_'), -1, -1);
    s5_is(BYTES(8, '_', 'S', '5', '_', 0x12, 1, 0), -1, -1);
    s5_is(BYTES('_', 'S', '5', '_', 0x12, 6, 4, 0, 1, 0, 0), -1, -1);
    s5_is(BYTES('_', 'S', '5'), -1, -1);
}

/* ---- Arm ---- */

static void check_arm(void)
{
    CHECK_EQ(d.nr_cores, 3);
    CHECK_EQ(d.core[0].hw_id, 0);
    CHECK_EQ(d.core[1].hw_id, 0x100);
    CHECK(d.core[1].is_absent);
    CHECK_EQ(d.core[2].hw_id, 0x100000000);
    CHECK_EQ(d.core[2].gic_cpu_interface, 3);
    CHECK_EQ(d.arm.gicd_base, 0x8000000);
    CHECK_EQ(d.arm.v2m_base, 0x8020000);
    CHECK_EQ(d.arm.v2m_spi_base, 80);
    CHECK_EQ(d.arm.v2m_nr_spis, 64);
    CHECK_EQ(d.arm.timer_physical_intid, 30);
    CHECK_EQ(d.arm.timer_virtual_intid, 27);
    CHECK_EQ(d.arm.psci, PSCI_HVC);
    CHECK_EQ(d.console.kind, CONSOLE_PL011);
    CHECK_EQ(d.console.base, 0x9000000);
    CHECK_EQ(d.console.irq, 33);
    CHECK_EQ(d.console.baud, 1500000);
    CHECK_EQ(d.console.clock_hz, 24000000);
    CHECK(d.console.has_irq);
}

TEST(acpi_arm_gicv2)
{
    for (unsigned version = 0; version <= 2; version++) {
        tables_arm(version, false);
        CHECK_EQ(read_tables(), 0);
        check_arm();
        CHECK_EQ(d.arm.gic, GIC_V2);
        CHECK_EQ(d.arm.gicc_base, 0x8010000);
        CHECK_EQ(d.arm.gicd_size, 0x1000);
        CHECK_EQ(d.arm.gicr_size, 0);
    }
}

TEST(acpi_arm_gicv3)
{
    for (unsigned version = 0; version <= 4; version = version ? version + 1 : 3) {
        tables_arm(version, true);
        CHECK_EQ(read_tables(), 0);
        check_arm();
        CHECK_EQ(d.arm.gic, GIC_V3);
        CHECK_EQ(d.arm.gicr_base, 0x80a0000);
        CHECK_EQ(d.arm.gicr_size, 0xf60000);
        CHECK_EQ(d.arm.gicr_more[0].base, 0x4000000000);
        CHECK_EQ(d.arm.its_base, 0x8080000);
        CHECK_EQ(d.core[2].gicr_base, 0x80e0000);
    }
}

/* ---- RISC-V ---- */

TEST(acpi_riscv_plic)
{
    tables_riscv(true, false);
    CHECK_EQ(read_tables(), 0);
    CHECK_EQ(d.nr_cores, 2);
    CHECK_EQ(d.core[0].hw_id, 3);
    CHECK_EQ(d.core[0].acpi_uid, 53);
    CHECK_EQ(d.core[0].plic_context, 7);
    CHECK_EQ(d.core[1].plic_context, 9);
    CHECK_EQ(d.core[1].aplic_idc, -1);
    CHECK_EQ(d.riscv.plic_base, 0xc000000);
    CHECK_EQ(d.riscv.plic_size, 0x600000);
    CHECK_EQ(d.riscv.plic_sources, 96);
    CHECK_EQ(d.riscv.timebase_hz, 10000000);
    CHECK(strcmp(d.riscv.mmu_type, "riscv,sv48") == 0);
    CHECK(d.riscv.has_h && !d.riscv.has_sstc);
    CHECK_EQ(d.console.kind, CONSOLE_SBI);
}

TEST(acpi_riscv_aplic)
{
    tables_riscv(false, false);
    CHECK_EQ(read_tables(), 0);
    CHECK_EQ(d.riscv.aplic_base, 0xd000000);
    CHECK_EQ(d.riscv.aplic_sources, 96);
    CHECK_EQ(d.core[0].aplic_idc, 7);
    CHECK_EQ(d.core[1].plic_context, -1);
    CHECK_EQ(d.core[1].imsic_index, -1);
}

TEST(acpi_riscv_imsics)
{
    tables_riscv(false, true);
    CHECK_EQ(read_tables(), 0);
    CHECK_EQ(d.riscv.imsic_base, 0x28004000);
    CHECK_EQ(d.riscv.imsic_ids, 255);
    CHECK_EQ(d.riscv.imsic_guest_bits, 2);
    CHECK_EQ(d.riscv.imsic_hart_bits, 3);
    CHECK_EQ(d.riscv.imsic_group_bits, 1);
    CHECK_EQ(d.riscv.imsic_group_shift, 26);
    CHECK_EQ(d.core[0].imsic_index, 1);
    CHECK_EQ(d.core[0].imsic_page, 0x28008000);
    CHECK_EQ(d.core[1].imsic_index, 0);
    CHECK_EQ(d.core[0].aplic_idc, -1);
}

/* ---- Consoles ---- */

static void spcr_is(uint8_t type, uint8_t space, uint8_t width, uint8_t access,
                    enum console_kind kind, uint8_t reg_shift, uint8_t reg_width)
{
    tables_begin();
    phys_t spcr = table_new("SPCR", 2, 80);
    table_put(spcr, 36, type, 1);
    table_address(spcr, 40, space, width, access, 0x10000000);
    table_put(spcr, 76, 12345, 4); /* reserved in this revision */
    table_done(spcr);
    tables_finish(true);
    CHECK_EQ(read_tables(), 0);
    CHECK_EQ(d.console.kind, kind);
    CHECK_EQ(d.console.reg_shift, reg_shift);
    CHECK_EQ(d.console.clock_hz, 0);
    CHECK(kind == CONSOLE_NONE || kind == CONSOLE_SBI || d.console.reg_width == reg_width);
    CHECK(!d.console.has_irq);
}

TEST(acpi_spcr_types)
{
    spcr_is(0x00, 1, 8, 1, CONSOLE_16550_PORT, 0, 1);
    spcr_is(0x00, 0, 8, 1, CONSOLE_16550_MMIO, 0, 1);
    spcr_is(0x01, 0, 8, 0, CONSOLE_16550_MMIO, 0, 1);
    spcr_is(0x12, 0, 32, 3, CONSOLE_16550_MMIO, 2, 4);
    spcr_is(0x12, 0, 32, 0, CONSOLE_16550_MMIO, 2, 4);
    spcr_is(0x12, 0, 32, 1, CONSOLE_16550_MMIO, 2, 1);
    spcr_is(0x03, 0, 32, 3, CONSOLE_PL011, 0, 4);
    spcr_is(0x0d, 0, 32, 3, CONSOLE_PL011, 0, 4);
    spcr_is(0x0e, 0, 16, 0, CONSOLE_PL011, 0, 4);
    spcr_is(0x15, 0, 0, 0, CONSOLE_SBI, 0, 0);
    spcr_is(0x02, 0, 8, 1, CONSOLE_NONE, 0, 0);
    spcr_is(0x00, 10, 8, 1, CONSOLE_NONE, 0, 0);
}

/* ---- Broken tables ---- */

TEST(acpi_bad_root_is_refused)
{
    tables_pc(true);
    discover_init(&d);
    CHECK_EQ(discover_acpi(&d, 0, tables_map), -EINVAL);
    CHECK_EQ(discover_acpi(&d, UINT64_MAX, tables_map), -EINVAL);
    CHECK_EQ(discover_acpi(&d, TABLES_RSDP + 1, tables_map), -EINVAL);
    tables_memory[9]++;
    CHECK_EQ(read_tables(), -EINVAL);
    CHECK(!d.from_acpi);
}

TEST(acpi_bad_xsdt_falls_back_to_the_rsdt)
{
    tables_pc(false);
    uint8_t *rsdp = tables_memory;
    rsdp[15] = 2;
    put_le(rsdp + 24, TABLES_BASE + 64, 8); /* a MADT, not an XSDT */
    table_checksum(rsdp, 20, 8);
    table_checksum(rsdp, 36, 32);
    CHECK_EQ(read_tables(), 0);
    check_pc();
}

TEST(acpi_table_with_a_bad_checksum_is_left_out)
{
    tables_pc(true);
    table_at(tables_list[0])[40] ^= 1;
    CHECK_EQ(read_tables(), 0);
    CHECK_EQ(d.nr_cores, 0);
    CHECK_EQ(d.x86.hpet_base, 0xfed00000);
}

/* ---- What QEMU and its firmware make ---- */

#define GUEST_RAM (192ul << 20)

#define GUEST_RSDP 0xfffff000ul

static uint8_t *guest;         /* the memory of the machine that runs */
static phys_t guest_base;      /* its physical address there */
static uint8_t guest_rsdp[36]; /* one made here, at GUEST_RSDP */

static const void *guest_map(phys_t addr, size_t size)
{
    if (addr == GUEST_RSDP && size <= sizeof guest_rsdp)
        return guest_rsdp;
    bool is_ram = addr >= guest_base && addr - guest_base <= GUEST_RAM &&
                  size <= GUEST_RAM - (addr - guest_base);
    return is_ram ? guest + (addr - guest_base) : NULL;
}

/* Whether the tables that the tests look at are there: firmware may still be installing them. */
static bool guest_tables_at(phys_t rsdp)
{
    discover_init(&d);
    if (discover_acpi(&d, rsdp, guest_map) != 0 || d.nr_cores == 0)
        return false;
    bool is_arm = d.arm.timer_virtual_intid && d.arm.psci && d.console.kind;
    return is_arm || d.x86.s5_sleep_type_a >= 0;
}

/* qboot has its RSDP in memory of its own, beside the machine's: makes one for this XSDT. */
static bool guest_tables_of_xsdt(phys_t xsdt)
{
    memcpy(guest_rsdp, "RSD PTR ", 8);
    guest_rsdp[15] = 2;
    put_le(guest_rsdp + 24, xsdt, 8);
    table_checksum(guest_rsdp, 20, 8);
    table_checksum(guest_rsdp, 36, 32);
    return guest_tables_at(GUEST_RSDP);
}

/* Tries every occurrence of a signature. */
static bool guest_tables_by(const char *signature, bool (*try)(phys_t addr))
{
    const uint8_t *at = guest, *end = guest + GUEST_RAM;
    while ((at = memmem(at, end - at, signature, strlen(signature)))) {
        if (try(guest_base + (at - guest)))
            return true;
        at++;
    }
    return false;
}

static bool guest_has_tables(void)
{
    return guest_tables_by("RSD PTR ", guest_tables_at) ||
           guest_tables_by("XSDT", guest_tables_of_xsdt);
}

static void read_guest(const char *program, phys_t base, const char *arguments)
{
    char name[64], all[1024];
    struct timespec start = {0};
    check_scratch(name, sizeof name, "ram");
    int file = open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    CHECK(file >= 0 && ftruncate(file, GUEST_RAM) == 0);
    guest = mmap(NULL, GUEST_RAM, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(guest != MAP_FAILED);
    guest_base = base;
    snprintf(
        all, sizeof all,
        "-no-reboot -m %luM -object memory-backend-file,id=ram,share=on,size=%luM,mem-path=%s %s",
        GUEST_RAM >> 20, GUEST_RAM >> 20, name, arguments);
    pid_t qemu = qemu_start(program, all);
    bool found = false;
    while (!found && !check_time_is_up(&start, 60) && waitpid(qemu, NULL, WNOHANG) == 0) {
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
        found = guest_has_tables();
    }
    qemu_stop(qemu);
    if (!found)
        FAIL("no ACPI tables appeared in the memory of %s %s", program, arguments);
}

TEST(acpi_qemu_q35)
{
    read_guest("qemu-system-x86_64", 0, "-M q35,memory-backend=ram -smp 3,maxcpus=4");
    CHECK(strcmp(d.model, "BOCHS BXPC") == 0);
    CHECK_EQ(d.nr_cores, 3);
    CHECK_EQ(d.core[2].hw_id, 2);
    CHECK_EQ(d.x86.lapic_base, 0xfee00000);
    CHECK_EQ(d.x86.nr_ioapics, 1);
    CHECK_EQ(d.x86.ioapic[0].base, 0xfec00000);
    CHECK_EQ(d.x86.isa_override[0].gsi, 2);
    CHECK(d.x86.isa_override[9].level && !d.x86.isa_override[9].active_low);
    CHECK(d.x86.has_8259);
    CHECK_EQ(d.x86.hpet_base, 0xfed00000);
    CHECK_EQ(d.x86.pm_timer_port, 0x608);
    CHECK_EQ(d.x86.pm1a_control_port, 0x604);
    CHECK_EQ(d.x86.s5_sleep_type_a, 0);
    CHECK(d.x86.reset.present);
    CHECK_EQ(d.x86.reset.address, 0xcf9);
    CHECK_EQ(d.x86.reset.value, 0x0f);
    CHECK_EQ(d.x86.cmos_century, 0x32);
}

TEST(acpi_qemu_pc)
{
    read_guest("qemu-system-x86_64", 0, "-M pc,memory-backend=ram -smp 2");
    CHECK_EQ(d.nr_cores, 2);
    CHECK_EQ(d.x86.pm_timer_port, 0x608);
    CHECK_EQ(d.x86.pm1a_control_port, 0x604);
    CHECK_EQ(d.x86.s5_sleep_type_a, 0);
}

TEST(acpi_qemu_microvm)
{
    read_guest("qemu-system-x86_64", 0, "-M microvm,memory-backend=ram,rtc=on -smp 2");
    CHECK_EQ(d.nr_cores, 2);
    CHECK(d.x86.nr_ioapics >= 1);
    CHECK(d.x86.sleep_control.present);
    CHECK_EQ(d.x86.sleep_control.space, 0);
    CHECK_EQ(d.x86.s5_sleep_type_a, 5);
    CHECK(d.x86.reset.present);
    CHECK_EQ(d.x86.reset.space, 0);
}

static void read_arm_guest(const char *machine)
{
    static const char *const firmware = "/usr/share/AAVMF/AAVMF_CODE.fd";
    char arguments[512];
    if (access(firmware, R_OK) != 0)
        SKIP("%s is not installed", firmware);
    snprintf(arguments, sizeof arguments,
             "-M virt,memory-backend=ram,%s -cpu cortex-a72 -smp 2 "
             "-boot menu=on,splash-time=0 "
             "-drive if=pflash,unit=0,format=raw,readonly=on,file=%s",
             machine, firmware);
    read_guest("qemu-system-aarch64", 0x40000000, arguments);
    CHECK_EQ(d.nr_cores, 2);
    CHECK_EQ(d.core[1].hw_id, 1);
    CHECK_EQ(d.arm.gicd_base, 0x8000000);
    CHECK_EQ(d.arm.timer_virtual_intid, 27);
    CHECK_EQ(d.arm.timer_physical_intid, 30);
    CHECK_EQ(d.arm.psci, PSCI_HVC);
    CHECK_EQ(d.console.kind, CONSOLE_PL011);
    CHECK_EQ(d.console.base, 0x9000000);
    CHECK_EQ(d.console.irq, 33);
}

TEST(acpi_qemu_arm_gicv2)
{
    read_arm_guest("gic-version=2");
    CHECK_EQ(d.arm.gic, GIC_V2);
    CHECK_EQ(d.arm.gicc_base, 0x8010000);
    CHECK_EQ(d.arm.v2m_base, 0x8020000);
    CHECK_EQ(d.arm.v2m_spi_base, 80);
    CHECK_EQ(d.arm.v2m_nr_spis, 64);
    CHECK_EQ(d.core[1].gic_cpu_interface, 1);
}

TEST(acpi_qemu_arm_gicv3)
{
    read_arm_guest("gic-version=3");
    CHECK_EQ(d.arm.gic, GIC_V3);
    CHECK_EQ(d.arm.gicr_base, 0x80a0000);
    CHECK_EQ(d.arm.its_base, 0x8080000);
}
