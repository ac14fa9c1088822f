/* main.c: from the loader's hands to the OCaml runtime's, in the order that each step needs the
 * last. */
#include "boot_info.h"
#include "clock.h"
#include "console.h"
#include "frames.h"
#include "kspace.h"
#include "limine.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"
#include "power.h"
#include "symbols.h"
#include "trace.h"
#include "runtime.h"

struct discovered discovered;

static void discover_device_tree(void)
{
    if (boot_info.dtb == 0)
        return;
    const uint8_t *dtb = phys_to_virt(boot_info.dtb);
    /* totalsize, big-endian: Devicetree Specification 5.2 */
    uint64_t size =
        (uint64_t)dtb[4] << 24 | (uint64_t)dtb[5] << 16 | (uint64_t)dtb[6] << 8 | dtb[7];
    if (discover_dtb(&discovered, dtb, size) != 0) {
        boot_info.dtb = 0;
        return;
    }
    boot_info.dtb_size = size;
    for (uint32_t i = 0; i < discovered.nr_reserved; i++)
        boot_set_memory(discovered.reserved[i].base, discovered.reserved[i].end,
                        LIMINE_MEMMAP_RESERVED);
}

/* Firmware's tables may lie in memory that the direct map leaves out. */
static const void *map_table(phys_t addr, size_t size)
{
    uintptr_t direct = addr + hhdm_offset;
    struct mapping m;
    bool mapped = true;
    for (uintptr_t at = ALIGN_DOWN(direct, PAGE_SIZE); mapped && at < direct + size;
         at += PAGE_SIZE)
        mapped = paging_lookup(at, &m);
    return (const void *)(mapped ? direct : kspace_map_phys(addr, size, PAGE_READ));
}

static void discover_tables(void)
{
    if (boot_info.rsdp && discover_acpi(&discovered, boot_info.rsdp, map_table) != 0)
        boot_info.rsdp = 0;
}

static void start_memory(void)
{
    discover_init(&discovered);
    discover_device_tree();
    boot_add_memory();
    paging_init(&boot_info);
    kspace_init();
    boot_keep_dtb(boot_info.dtb_size);
    discover_tables();
    arch_discover_defaults(&discovered);
}

/* The boot core's first C function, on boot_stack; becomes its idle thread. */
_Noreturn void kernel_main(void)
{
    arch_core_init(&boot_core);
    boot_info_init();
    start_memory();
    console_init(&discovered);
    arch_power_init();
    cores_init();
    symbols_init(phys_to_virt(boot_info.kernel_file), boot_info.kernel_file_size);
    arch_interrupts_init();
    arch_interrupts_init_core(&boot_core);
    clock_init(boot_info.boot_seconds > 0 ? (uint64_t)boot_info.boot_seconds : arch_wall_seconds());
    thread_init_core(&boot_core);
    clock_init_core();
    cores_start();
    boot_reclaim();
    trace_init();
    console_start_interrupts();
    runtime_start();
    thread_idle_loop();
}
