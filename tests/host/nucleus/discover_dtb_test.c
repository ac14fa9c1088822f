/* discover_dtb_test.c: device trees of made-up boards and of QEMU's machines, read. */
#include "boards.h"
#include "discover.h"
#include "errno.h"
#include "facts.h"
#include "qemu.h"

static struct discovered d;
static struct tree tree;

static void read_blob(const void *blob, size_t size)
{
    uint8_t *exact = malloc(size); /* so that AddressSanitizer sees the ends */
    memcpy(exact, blob, size);
    discover_init(&d);
    CHECK_EQ(discover_dtb(&d, exact, size), 0);
    CHECK(d.from_dtb && !d.from_acpi);
    free(exact);
}

static void read_qemu(const char *program, const char *machine, const char *more)
{
    size_t size;
    uint8_t *blob = qemu_device_tree(program, machine, more, &size);
    read_blob(blob, size);
    free(blob);
}

/* ---- Made-up boards ---- */

TEST(dtb_cores_are_the_enabled_ones)
{
    read_blob(tree.blob, board_arm(&tree));
    CHECK_EQ(d.nr_cores, 3);
    CHECK_EQ(d.core[0].hw_id, 0);
    CHECK_EQ(d.core[1].hw_id, 0x100);
    CHECK_EQ(d.core[2].hw_id, 0x100000001);
    CHECK_EQ(d.core[2].gic_cpu_interface, 2);
    CHECK_EQ(d.core[2].plic_context, -1);
}

TEST(dtb_addresses_are_translated_through_buses)
{
    read_blob(tree.blob, board_arm(&tree));
    CHECK_EQ(d.arm.gic, GIC_V3);
    CHECK_EQ(d.arm.gicd_base, 0x800201000);
    CHECK_EQ(d.arm.gicd_size, 0x10000);
    CHECK_EQ(d.arm.its_base, 0x800250800);
    CHECK_EQ(d.console.base, 0x8002fe000);
}

TEST(dtb_gicv3_regions_and_stride)
{
    read_blob(tree.blob, board_arm(&tree));
    CHECK_EQ(d.arm.gicr_base, 0x800220000);
    CHECK_EQ(d.arm.gicr_size, 0x40000);
    CHECK_EQ(d.arm.nr_gicr_more, 1);
    CHECK_EQ(d.arm.gicr_more[0].base, 0x800280000);
    CHECK_EQ(d.arm.gicr_more[0].size, 0x20000);
    CHECK_EQ(d.arm.gicr_stride, 0x40000);
}

TEST(dtb_timer_interrupts_by_name)
{
    read_blob(tree.blob, board_arm(&tree));
    CHECK_EQ(d.arm.timer_virtual_intid, 27);
    CHECK_EQ(d.arm.timer_physical_intid, 30);
    CHECK_EQ(d.arm.psci, PSCI_SMC);
}

TEST(dtb_console_through_alias_and_clock)
{
    read_blob(tree.blob, board_arm(&tree));
    CHECK_EQ(d.console.kind, CONSOLE_16550_MMIO);
    CHECK_EQ(d.console.reg_shift, 2);
    CHECK_EQ(d.console.reg_width, 4);
    CHECK_EQ(d.console.baud, 1500000);
    CHECK_EQ(d.console.clock_hz, 48000000);
    CHECK(d.console.has_irq);
    CHECK_EQ(d.console.irq, 32 + 45);
}

TEST(dtb_model_seed_and_reserved_memory)
{
    read_blob(tree.blob, board_arm(&tree));
    CHECK(strcmp(d.model, "Acme?Board") == 0);
    CHECK(d.has_seed);
    CHECK_EQ(((uint8_t *)d.seed)[7], 2);
    CHECK_EQ(d.nr_reserved, 3);
    CHECK_EQ(d.reserved[0].base, 0x80000000);
    CHECK_EQ(d.reserved[0].end, 0x80010000);
    CHECK_EQ(d.reserved[1].end, 0x90001000);
    CHECK_EQ(d.reserved[2].base, 0x100000000);
    CHECK_EQ(d.reserved[2].end, 0x100002000);
}

static void v2m_is(uint32_t first, uint32_t count, uint32_t seen_first, uint32_t seen_count)
{
    tree = (struct tree){.size = 0};
    node(&tree, "");
    for (unsigned i = 0; i < 2; i++) { /* the first counts */
        node(&tree, "frame");
        TEXT(&tree, "compatible", "arm,gic-v2m-frame");
        CELLS(&tree, "reg", 0, 0x8020000 + (i << 16), 0x1000);
        CELLS(&tree, "arm,msi-base-spi", first + i);
        CELLS(&tree, "arm,msi-num-spis", count);
        end(&tree);
    }
    end(&tree);
    read_blob(tree.blob, tree_finish(&tree));
    CHECK_EQ(d.arm.v2m_base, 0x8020000);
    CHECK_EQ(d.arm.v2m_spi_base, seen_first);
    CHECK_EQ(d.arm.v2m_nr_spis, seen_count);
}

TEST(dtb_v2m_interrupts)
{
    v2m_is(96, 32, 96, 32);
    v2m_is(32, 988, 32, 988);
    v2m_is(31, 10, 0, 0);
    v2m_is(1000, 21, 0, 0);
    v2m_is(UINT32_MAX, 2, 0, 0);
    v2m_is(80, 0, 0, 0);
}

TEST(dtb_riscv_harts)
{
    read_blob(tree.blob, board_riscv(&tree));
    CHECK(strcmp(d.model, "acme,riscv") == 0);
    CHECK_EQ(d.nr_cores, 2);
    CHECK_EQ(d.core[0].hw_id, 4);
    CHECK_EQ(d.core[1].hw_id, 9);
    CHECK_EQ(d.riscv.timebase_hz, 10000000);
    CHECK(strcmp(d.riscv.mmu_type, "riscv,sv57") == 0);
    CHECK(d.riscv.has_sstc && d.riscv.has_h && !d.riscv.has_v && !d.riscv.has_svpbmt);
}

TEST(dtb_riscv_interrupt_controllers_are_the_supervisors)
{
    read_blob(tree.blob, board_riscv(&tree));
    CHECK_EQ(d.riscv.plic_base, 0xe000000);
    CHECK_EQ(d.riscv.plic_size, 0x600000);
    CHECK_EQ(d.riscv.plic_sources, 53);
    CHECK_EQ(d.core[0].plic_context, 2);
    CHECK_EQ(d.core[1].plic_context, 4);
    CHECK_EQ(d.riscv.aplic_base, 0xd000000);
    CHECK_EQ(d.riscv.aplic_sources, 96);
    CHECK_EQ(d.core[0].aplic_idc, -1);
    CHECK_EQ(d.riscv.imsic_base, 0x28000000);
    CHECK_EQ(d.riscv.imsic_ids, 255);
    CHECK_EQ(d.core[0].imsic_index, 1);
    CHECK_EQ(d.core[0].imsic_page, 0x28004000);
    CHECK_EQ(d.core[1].imsic_index, 2);
    CHECK_EQ(d.core[1].imsic_page, 0x29000000);
}

TEST(dtb_riscv_software_interrupts)
{
    read_blob(tree.blob, board_riscv(&tree));
    CHECK_EQ(d.core[0].sswi_register, 0x2f00008);
    CHECK_EQ(d.core[1].sswi_register, 0);
}

/* The board's IMSICs say nothing but how many guests' pages there are: two bits number its three
 * inputs. */
TEST(dtb_riscv_imsic_address_bits)
{
    read_blob(tree.blob, board_riscv(&tree));
    CHECK_EQ(d.riscv.imsic_guest_bits, 2);
    CHECK_EQ(d.riscv.imsic_hart_bits, 2);
    CHECK_EQ(d.riscv.imsic_group_bits, 0);
    CHECK_EQ(d.riscv.imsic_group_shift, 24);
}

TEST(dtb_riscv_devices)
{
    read_blob(tree.blob, board_riscv(&tree));
    CHECK_EQ(d.riscv.test_device, 0x100000);
    CHECK_EQ(d.riscv.rtc_base, 0x101000);
    CHECK_EQ(d.riscv.rtc_source, 12);
    CHECK_EQ(d.console.kind, CONSOLE_16550_MMIO);
    CHECK_EQ(d.console.base, 0x10000000);
    CHECK_EQ(d.console.baud, 38400);
    CHECK_EQ(d.console.clock_hz, 3686400);
    CHECK_EQ(d.console.irq, 10);
    CHECK(d.console.has_irq);
}

static void isa_is(const char *text, bool sstc, bool svpbmt, bool v, bool h)
{
    struct riscv_isa isa = riscv_isa_parse((struct bytes){(const uint8_t *)text, strlen(text)});
    if (isa.has_sstc != sstc || isa.has_svpbmt != svpbmt || isa.has_v != v || isa.has_h != h)
        FAIL("%s is misread", text);
}

TEST(riscv_isa_strings)
{
    isa_is("rv64imafdch_zicsr_zifencei_zba_sstc", true, false, false, true);
    isa_is("rv64imafdcv_svpbmt1p0_sstc1p0", true, true, true, false);
    isa_is("rv64i2p0m2p0a2p0h1p0", false, false, false, true);
    isa_is("rv64imafdcsuh", false, false, false, true);
    isa_is("rv64imac_zvh_xvh_sstcx_hv", false, false, false, false);
    isa_is("rv64imacsstc_svpbmt", true, true, false, false);
    isa_is("rv64imac__v_", false, false, true, false);
    isa_is("rv32imach", false, false, false, false);
    isa_is("rv64", false, false, false, false);
    isa_is("", false, false, false, false);
}

TEST(dtb_console_without_chosen_is_the_first_enabled_port)
{
    tree = (struct tree){.size = 0};
    node(&tree, "");
    for (unsigned i = 0; i < 3; i++) {
        node(&tree, "uart");
        TEXT(&tree, "compatible", "arm,pl011");
        CELLS(&tree, "reg", 0, 0x9000 + i, 1);
        if (i == 0)
            TEXT(&tree, "status", "disabled");
        end(&tree);
    }
    end(&tree);
    read_blob(tree.blob, tree_finish(&tree));
    CHECK_EQ(d.console.kind, CONSOLE_PL011);
    CHECK_EQ(d.console.base, 0x9001);
    CHECK(!d.console.has_irq);
}

TEST(dtb_too_many_reservations_are_widened_not_lost)
{
    tree = (struct tree){.size = 0};
    for (uint64_t i = 1; i <= 100; i++)
        reserve(&tree, i << 20, 0x1000);
    node(&tree, "");
    end(&tree);
    read_blob(tree.blob, tree_finish(&tree));
    CHECK_EQ(d.nr_reserved, DISCOVER_RESERVED);
    for (uint64_t i = 1; i <= 100; i++) {
        bool is_covered = false;
        for (unsigned r = 0; r < d.nr_reserved; r++)
            is_covered |= d.reserved[r].base <= i << 20 && d.reserved[r].end >= (i << 20) + 0x1000;
        CHECK(is_covered);
    }
}

TEST(dtb_too_many_cores_are_cut)
{
    tree = (struct tree){.size = 0};
    node(&tree, "");
    node(&tree, "cpus");
    CELLS(&tree, "#size-cells", 0);
    for (unsigned i = 0; i < DISCOVER_CORES + 10; i++)
        board_cpu(&tree, "cpu", 0, i, NULL);
    end(&tree);
    end(&tree);
    read_blob(tree.blob, tree_finish(&tree));
    CHECK_EQ(d.nr_cores, DISCOVER_CORES);
}

TEST(dtb_not_one_is_refused)
{
    size_t size = board_arm(&tree);
    discover_init(&d);
    struct discovered before = d;
    CHECK_EQ(discover_dtb(&d, tree.blob, size - 1), -EINVAL);
    CHECK_EQ(discover_dtb(&d, tree.blob, 39), -EINVAL);
    CHECK_EQ(discover_dtb(&d, NULL, 0), -EINVAL);
    put_be32(tree.blob + 20, 16);
    CHECK_EQ(discover_dtb(&d, tree.blob, size), -EINVAL);
    put_be32(tree.blob + 20, 18);
    CHECK_EQ(discover_dtb(&d, tree.blob, size), 0);
    put_be32(tree.blob, 0xd00dfeee);
    discover_init(&d);
    CHECK_EQ(discover_dtb(&d, tree.blob, size), -EINVAL);
    CHECK(memcmp(&before, &d, sizeof d) == 0);
}

TEST(dtb_endless_depth_is_bounded)
{
    tree = (struct tree){.size = 0};
    node(&tree, "");
    for (unsigned i = 0; i < 1000; i++)
        node(&tree, "deep");
    TEXT(&tree, "compatible", "arm,pl011");
    for (unsigned i = 0; i < 1000; i++)
        end(&tree);
    node(&tree, "uart");
    TEXT(&tree, "compatible", "arm,pl011");
    CELLS(&tree, "reg", 0, 0x9000, 0x1000);
    end(&tree);
    end(&tree);
    read_blob(tree.blob, tree_finish(&tree));
    CHECK_EQ(d.console.base, 0x9000);
}

/* ---- QEMU's machines ---- */

#define ARM   "qemu-system-aarch64"
#define RISCV "qemu-system-riscv64"

static void check_arm_virt(unsigned cores)
{
    CHECK(strcmp(d.model, "linux,dummy-virt") == 0);
    CHECK_EQ(d.nr_cores, cores);
    for (unsigned i = 0; i < cores; i++)
        CHECK_EQ(d.core[i].hw_id & 0xff, i % 16);
    CHECK_EQ(d.arm.gicd_base, 0x8000000);
    CHECK_EQ(d.arm.gicd_size, 0x10000);
    CHECK_EQ(d.arm.timer_virtual_intid, 27);
    CHECK_EQ(d.arm.timer_physical_intid, 30);
    CHECK_EQ(d.arm.rtc_base, 0x9010000);
    CHECK_EQ(d.arm.rtc_intid, 34);
    CHECK_EQ(d.console.kind, CONSOLE_PL011);
    CHECK_EQ(d.console.base, 0x9000000);
    CHECK_EQ(d.console.irq, 33);
    CHECK_EQ(d.console.clock_hz, 24000000);
    CHECK(d.has_seed);
    CHECK_EQ(d.nr_reserved, 0);
}

TEST(dtb_qemu_arm_gicv2)
{
    read_qemu(ARM, "virt,gic-version=2", "-smp 8");
    check_arm_virt(8);
    CHECK_EQ(d.arm.gic, GIC_V2);
    CHECK_EQ(d.arm.gicc_base, 0x8010000);
    CHECK_EQ(d.arm.v2m_base, 0x8020000);
    CHECK_EQ(d.arm.its_base, 0);
    CHECK_EQ(d.arm.psci, PSCI_HVC);
}

TEST(dtb_qemu_arm_gicv3)
{
    read_qemu(ARM, "virt,gic-version=3", "-smp 8 -cpu cortex-a72");
    check_arm_virt(8);
    CHECK_EQ(d.arm.gic, GIC_V3);
    CHECK_EQ(d.arm.gicr_base, 0x80a0000);
    CHECK_EQ(d.arm.gicr_size, 0xf60000);
    CHECK_EQ(d.arm.its_base, 0x8080000);
    CHECK_EQ(d.arm.v2m_base, 0);
}

TEST(dtb_qemu_arm_gicv3_of_many_cores)
{
    read_qemu(ARM, "virt,gic-version=3,its=off", "-smp 130 -cpu cortex-a57");
    check_arm_virt(130);
    CHECK_EQ(d.arm.nr_gicr_more, 1);
    CHECK_EQ(d.arm.gicr_more[0].base, 0x4000000000);
    CHECK_EQ(d.arm.its_base, 0);
}

TEST(dtb_qemu_arm_virtualization)
{
    read_qemu(ARM, "virt,gic-version=2,virtualization=on", "-smp 2 -cpu max");
    check_arm_virt(2);
    CHECK_EQ(d.arm.gicc_base, 0x8010000);
    CHECK_EQ(d.arm.psci, PSCI_SMC);
}

TEST(dtb_qemu_arm_secure)
{
    read_qemu(ARM, "virt,gic-version=3,secure=on", "-smp 1 -cpu max");
    check_arm_virt(1);
    CHECK_EQ(d.arm.gic, GIC_V3);
    CHECK_EQ(d.arm.psci, PSCI_NONE); /* EL3 is the guest's own */
}

static void check_riscv_virt(unsigned cores)
{
    CHECK(strcmp(d.model, "riscv-virtio,qemu") == 0);
    CHECK_EQ(d.nr_cores, cores);
    CHECK_EQ(d.riscv.timebase_hz, 10000000);
    CHECK_EQ(d.riscv.test_device, 0x100000);
    CHECK_EQ(d.riscv.rtc_base, 0x101000);
    CHECK_EQ(d.riscv.rtc_source, 11);
    CHECK(d.riscv.has_sstc && d.riscv.has_h && !d.riscv.has_v);
    CHECK(strncmp(d.riscv.mmu_type, "riscv,sv", 8) == 0);
    CHECK_EQ(d.console.kind, CONSOLE_16550_MMIO);
    CHECK_EQ(d.console.base, 0x10000000);
    CHECK_EQ(d.console.clock_hz, 3686400);
    CHECK_EQ(d.console.irq, 10);
    CHECK(d.console.has_irq && d.has_seed);
}

TEST(dtb_qemu_riscv_plic)
{
    read_qemu(RISCV, "virt,aia=none", "-smp 8");
    check_riscv_virt(8);
    CHECK_EQ(d.riscv.plic_base, 0xc000000);
    CHECK(d.riscv.plic_sources >= 53);
    for (int i = 0; i < 8; i++)
        CHECK_EQ(d.core[d.core[i].hw_id].plic_context, 2 * d.core[i].hw_id + 1);
    CHECK_EQ(d.riscv.aplic_base + d.riscv.imsic_base, 0);
}

TEST(dtb_qemu_riscv_sswi)
{
    read_qemu(RISCV, "virt,aclint=on", "-smp 4");
    check_riscv_virt(4);
    for (int i = 0; i < 4; i++)
        CHECK_EQ(d.core[i].sswi_register, 0x2f00000 + 4 * d.core[i].hw_id);
    read_qemu(RISCV, "virt,aclint=off", "-smp 4");
    CHECK_EQ(d.core[0].sswi_register, 0);
}

TEST(dtb_qemu_riscv_aplic)
{
    read_qemu(RISCV, "virt,aia=aplic", "-smp 4");
    check_riscv_virt(4);
    CHECK_EQ(d.riscv.aplic_base, 0xd000000);
    CHECK_EQ(d.riscv.aplic_sources, 96);
    CHECK_EQ(d.riscv.imsic_base + d.riscv.plic_base, 0);
    for (int i = 0; i < 4; i++)
        CHECK_EQ(d.core[i].aplic_idc, d.core[i].hw_id);
}

TEST(dtb_qemu_riscv_imsic)
{
    read_qemu(RISCV, "virt,aia=aplic-imsic,aia-guests=3", "-smp 4");
    check_riscv_virt(4);
    CHECK_EQ(d.riscv.aplic_base, 0xd000000);
    CHECK_EQ(d.riscv.imsic_base, 0x28000000);
    CHECK_EQ(d.riscv.imsic_ids, 255);
    CHECK_EQ(d.riscv.imsic_guest_bits, 2);
    CHECK_EQ(d.riscv.imsic_hart_bits, 2);
    CHECK_EQ(d.riscv.imsic_group_bits, 0);
    for (int i = 0; i < 4; i++) {
        CHECK_EQ(d.core[i].imsic_index, d.core[i].hw_id);
        CHECK_EQ(d.core[i].imsic_page, 0x28000000 + 0x4000 * d.core[i].hw_id);
        CHECK_EQ(d.core[i].aplic_idc, -1);
    }
}

TEST(dtb_qemu_riscv_imsic_of_two_sockets)
{
    read_qemu(RISCV, "virt,aia=aplic-imsic",
              "-smp 4,sockets=2,cores=2 -m 256 -object memory-backend-ram,id=a,size=128M "
              "-object memory-backend-ram,id=b,size=128M -numa node,memdev=a -numa node,memdev=b");
    check_riscv_virt(4);
    CHECK_EQ(d.riscv.imsic_hart_bits, 1);
    CHECK_EQ(d.riscv.imsic_group_bits, 1);
    CHECK_EQ(d.riscv.imsic_group_shift, 24);
    for (int i = 0; i < 4; i++)
        CHECK_EQ(d.core[i].imsic_page,
                 0x28000000 + (d.core[i].hw_id / 2) * 0x1000000 + d.core[i].hw_id % 2 * 0x1000);
}
