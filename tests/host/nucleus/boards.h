/* boards.h: two made-up machines as device trees, which together use every construct that the
 * reader knows: buses that translate, aliases, disabled nodes, named interrupts, several regions.
 */
#ifndef TESTS_HOST_NUCLEUS_BOARDS_H
#define TESTS_HOST_NUCLEUS_BOARDS_H

#include "tree.h"

static inline void board_cpu(struct tree *t, const char *name, uint32_t high, uint32_t low,
                             const char *status)
{
    node(t, name);
    TEXT(t, "device_type", "cpu");
    CELLS(t, "reg", high, low);
    if (status)
        raw(t, "status", status, strlen(status) + 1);
    end(t);
}

static inline void arm_gic(struct tree *t)
{
    node(t, "interrupt-controller@1000");
    TEXT(t, "compatible", "acme,gic\0arm,gic-v3");
    CELLS(t, "reg", 0x1000, 0x10000, 0x20000, 0x40000, 0x80000, 0x20000, 0xa0000, 0x1000);
    CELLS(t, "#redistributor-regions", 2);
    CELLS(t, "redistributor-stride", 0, 0x40000);
    CELLS(t, "#interrupt-cells", 4);
    CELLS(t, "#address-cells", 1);
    CELLS(t, "#size-cells", 1);
    CELLS(t, "ranges", 0x0, 0x50000, 0x1000);
    EMPTY(t, "interrupt-controller");
    CELLS(t, "phandle", 7);
    node(t, "its@800");
    TEXT(t, "compatible", "arm,gic-v3-its");
    CELLS(t, "reg", 0x800, 0x100);
    end(t);
    end(t);
}

static inline void arm_ports(struct tree *t)
{
    node(t, "uart@ff000");
    TEXT(t, "compatible", "arm,pl011");
    TEXT(t, "status", "disabled");
    CELLS(t, "reg", 0xff000, 0x1000);
    end(t);
    node(t, "serial@fe000");
    TEXT(t, "compatible", "acme,uart\0snps,dw-apb-uart");
    CELLS(t, "reg", 0xfe000, 0x1000);
    CELLS(t, "reg-shift", 2);
    CELLS(t, "reg-io-width", 4);
    CELLS(t, "clocks", 12);
    CELLS(t, "interrupts", 0, 45, 4, 0);
    end(t);
}

/* Everything hangs below a bus at 0x8_0000_0000 of addresses of one cell. */
static inline size_t board_arm(struct tree *t)
{
    *t = (struct tree){.size = 0};
    reserve(t, 0x80000000, 0x10000);
    node(t, "");
    TEXT(t, "model", "Acme\tBoard");
    CELLS(t, "#address-cells", 2);
    CELLS(t, "#size-cells", 2);
    CELLS(t, "interrupt-parent", 7);
    node(t, "aliases");
    TEXT(t, "serial3", "/soc/bus/serial@fe000");
    end(t);
    node(t, "chosen");
    TEXT(t, "stdout-path", "serial3:1500000n8");
    CELLS(t, "rng-seed", 1, 2, 3, 4, 5, 6, 7, 8, 9);
    end(t);
    node(t, "clock");
    TEXT(t, "compatible", "fixed-clock");
    CELLS(t, "clock-frequency", 48000000);
    CELLS(t, "phandle", 12);
    end(t);
    node(t, "reserved-memory");
    CELLS(t, "#address-cells", 2);
    CELLS(t, "#size-cells", 2);
    EMPTY(t, "ranges");
    node(t, "firmware@90000000");
    CELLS(t, "reg", 0, 0x90000000, 0, 0x1000, 1, 0, 0, 0x2000);
    end(t);
    node(t, "dynamic");
    CELLS(t, "size", 0, 0x100000);
    end(t);
    end(t);
    node(t, "cpus");
    CELLS(t, "#address-cells", 2);
    CELLS(t, "#size-cells", 0);
    board_cpu(t, "cpu@0", 0, 0, NULL);
    board_cpu(t, "cpu@1", 0, 1, "disabled");
    board_cpu(t, "cpu@100", 0, 0x100, "okay");
    board_cpu(t, "cpu@100000001", 1, 1, "ok");
    board_cpu(t, "cpu@200", 0, 0x200, "fail");
    end(t);
    node(t, "firmware");
    node(t, "psci");
    TEXT(t, "compatible", "arm,psci-1.0\0arm,psci-0.2");
    TEXT(t, "method", "smc");
    end(t);
    end(t);
    node(t, "timer");
    TEXT(t, "compatible", "arm,armv8-timer");
    TEXT(t, "interrupt-names", "virt\0phys");
    CELLS(t, "interrupts", 1, 11, 8, 0, 1, 14, 8, 0);
    end(t);
    node(t, "soc");
    TEXT(t, "compatible", "simple-bus");
    CELLS(t, "#address-cells", 1);
    CELLS(t, "#size-cells", 1);
    CELLS(t, "ranges", 0x10000000, 8, 0, 0x10000000);
    node(t, "bus@200000");
    CELLS(t, "#address-cells", 1);
    CELLS(t, "#size-cells", 1);
    CELLS(t, "ranges", 0x900000, 0x0, 0x100, 0, 0x10200000, 0x100000);
    arm_gic(t);
    arm_ports(t);
    end(t);
    end(t);
    end(t);
    return tree_finish(t);
}

static inline void riscv_hart(struct tree *t, uint32_t id, const char *status, bool has_list)
{
    char name[16];
    snprintf(name, sizeof name, "cpu@%x", id);
    node(t, name);
    TEXT(t, "device_type", "cpu");
    CELLS(t, "reg", id);
    raw(t, "status", status, strlen(status) + 1);
    TEXT(t, "mmu-type", "riscv,sv57");
    if (has_list)
        TEXT(t, "riscv,isa-extensions", "i\0m\0a\0h\0sstc\0svinval\0svpbmt");
    else
        TEXT(t, "riscv,isa", "rv64i2p1m2p0afdchv_zicsr2p0_sstc_sscofpmf");
    node(t, "interrupt-controller");
    TEXT(t, "compatible", "riscv,cpu-intc");
    CELLS(t, "#interrupt-cells", 1);
    CELLS(t, "phandle", 0x100 + id);
    end(t);
    end(t);
}

/* Harts 2 (disabled), 4 and 9; PLIC, IMSICs with guest pages in two regions, an APLIC of each
 * level. */
static inline size_t board_riscv(struct tree *t)
{
    *t = (struct tree){.size = 0};
    node(t, "");
    TEXT(t, "compatible", "acme,riscv\0acme");
    CELLS(t, "#address-cells", 2);
    CELLS(t, "#size-cells", 2);
    node(t, "chosen");
    TEXT(t, "stdout-path", "/soc/serial");
    end(t);
    node(t, "soc");
    CELLS(t, "#address-cells", 2);
    CELLS(t, "#size-cells", 2);
    EMPTY(t, "ranges");
    node(t, "aplic@d000000");
    TEXT(t, "compatible", "riscv,aplic");
    CELLS(t, "reg", 0, 0xc000000, 0, 0x8000);
    CELLS(t, "interrupts-extended", 0x104, 11, 0x109, 11);
    end(t);
    node(t, "aplic@d000000");
    TEXT(t, "compatible", "riscv,aplic");
    CELLS(t, "reg", 0, 0xd000000, 0, 0x8000);
    CELLS(t, "msi-parent", 0x42);
    CELLS(t, "riscv,num-sources", 96);
    CELLS(t, "#interrupt-cells", 2);
    CELLS(t, "phandle", 0x43);
    end(t);
    node(t, "imsics@24000000");
    TEXT(t, "compatible", "riscv,imsics");
    CELLS(t, "reg", 0, 0x24000000, 0, 0x4000);
    CELLS(t, "interrupts-extended", 0x104, 11, 0x109, 11);
    CELLS(t, "phandle", 0x41);
    end(t);
    node(t, "imsics@28000000");
    TEXT(t, "compatible", "riscv,imsics");
    CELLS(t, "reg", 0, 0x28000000, 0, 0x8000, 0, 0x29000000, 0, 0x8000);
    CELLS(t, "interrupts-extended", 0x102, 9, 0x104, 9, 0x109, 9);
    CELLS(t, "riscv,guest-index-bits", 2);
    CELLS(t, "riscv,num-ids", 255);
    CELLS(t, "phandle", 0x42);
    end(t);
    node(t, "plic@e000000");
    TEXT(t, "compatible", "sifive,plic-1.0.0\0riscv,plic0");
    CELLS(t, "reg", 0, 0xe000000, 0, 0x600000);
    CELLS(t, "interrupts-extended", 0x102, 11, 0x104, 0xffffffff, 0x104, 9, 0x109, 11, 0x109, 9);
    CELLS(t, "riscv,ndev", 53);
    CELLS(t, "#interrupt-cells", 1);
    CELLS(t, "phandle", 0x44);
    end(t);
    node(t, "serial@10000000");
    TEXT(t, "compatible", "ns16550a");
    CELLS(t, "reg", 0, 0x10000000, 0, 0x100);
    CELLS(t, "clock-frequency", 3686400);
    CELLS(t, "current-speed", 38400);
    CELLS(t, "interrupts-extended", 0x43, 10, 4, 0x44, 11);
    end(t);
    node(t, "sswi@2f00000"); /* the last pair has no register */
    TEXT(t, "compatible", "riscv,aclint-sswi");
    CELLS(t, "reg", 0, 0x2f00000, 0, 12);
    CELLS(t, "interrupts-extended", 0x102, 1, 0x104, 3, 0x104, 1, 0x109, 1);
    end(t);
    node(t, "test@100000");
    TEXT(t, "compatible", "sifive,test1\0sifive,test0\0syscon");
    CELLS(t, "reg", 0, 0x100000, 0, 0x1000);
    end(t);
    node(t, "rtc@101000");
    TEXT(t, "compatible", "google,goldfish-rtc");
    CELLS(t, "reg", 0, 0x101000, 0, 0x1000);
    CELLS(t, "interrupts-extended", 0x44, 12);
    end(t);
    end(t);
    node(t, "cpus"); /* after those that refer to it */
    CELLS(t, "#address-cells", 1);
    CELLS(t, "#size-cells", 0);
    CELLS(t, "timebase-frequency", 0, 10000000);
    riscv_hart(t, 2, "disabled", false);
    riscv_hart(t, 4, "okay", false);
    riscv_hart(t, 9, "okay", true);
    end(t);
    end(t);
    return tree_finish(t);
}

#endif
