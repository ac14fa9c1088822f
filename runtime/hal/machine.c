/* machine.c: the stubs of kernel/hal/machine.ml. */
#include <caml/alloc.h>
#include <caml/bigarray.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include "boot_info.h"
#include "clock.h"
#include "console.h"
#include "cores.h"
#include "frames.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "pte.h"
#include "slab.h"
#include "version.h"

static const char *tables_name(void)
{
    if (discovered.from_acpi)
        return discovered.from_dtb ? "device tree and ACPI" : "ACPI";
    return discovered.from_dtb ? "device tree" : "no tables";
}

static const char *console_name(void)
{
    static const char *const name[] = {"none", "16550 (ports)", "16550", "PL011", "SBI"};
    return name[discovered.console.kind];
}

value hal_machine_text(value which)
{
    char buffer[128];
    switch (Int_val(which)) {
    case 0:
        return caml_copy_string(BACTRIAN_VERSION);
    case 1:
        return caml_copy_string(BACTRIAN_ARCH);
    case 2:
        return caml_copy_string(discovered.model);
    case 3:
        arch_describe_cpu(buffer, sizeof buffer);
        return caml_copy_string(buffer);
    case 4:
        return caml_copy_string(boot_info.loader);
    case 5:
        return caml_copy_string(tables_name());
    case 6:
        return caml_copy_string(console_name());
    case 7:
        return caml_copy_string(arch_interrupts_name());
    case 9:
        return caml_copy_string(arch_ipi_name());
    default:
        return caml_copy_string(arch_timer_name());
    }
}

static uint64_t number(int which)
{
    struct frames_stats stats;
    frames_stats(&stats);
    switch (which) {
    case 0:
        return stats.total_bytes;
    case 1:
        return stats.free_bytes;
    case 2:
        return stats.low_bytes;
    case 3:
        return kspace_committed();
    case 4:
        return kspace_reserve_bytes();
    case 5:
        return boot_info.base_revision;
    case 6:
        return paging_levels;
    case 7:
        return clock_hz;
    case 8:
        return boot_info.framebuffer.width;
    case 9:
        return boot_info.framebuffer.height;
    case 10:
        return boot_info.framebuffer.bpp;
    case 11:
        return boot_info.el2_stub;
    case 12:
        return nr_cores;
    case 15:
        return this_core()->index;
    case 17:
        return boot_info.rsdp;
    case 18:
        return boot_info.framebuffer.base;
    case 19:
        return boot_info.framebuffer.pitch;
    case 20:
        return boot_info.framebuffer.red_shift;
    case 21:
        return boot_info.framebuffer.green_shift;
    case 22:
        return boot_info.framebuffer.blue_shift;
    default:
        return boot_info.nr_modules;
    }
}

value hal_machine_number(value which)
{
    return Val_long(number(Int_val(which)));
}

value hal_machine_uptime_ns(value unit)
{
    (void)unit;
    return Val_long(clock_ns());
}

value hal_machine_wall_ns(value unit)
{
    (void)unit;
    return Val_long(clock_wall_ns());
}

value hal_machine_set_wall(value ns)
{
    clock_set_wall((uint64_t)Long_val(ns));
    return Val_unit;
}

value hal_machine_command_line(value unit)
{
    (void)unit;
    return caml_copy_string(boot_info.command_line);
}

value hal_machine_option(value name)
{
    static char text[sizeof boot_info.command_line];
    if (!boot_option(String_val(name), text, sizeof text))
        return Val_none;
    return caml_alloc_some(caml_copy_string(text));
}

value hal_machine_device_tree(value unit)
{
    (void)unit;
    intnat size = (intnat)boot_info.dtb_size;
    if (boot_info.dtb == 0)
        return Val_none;
    return caml_alloc_some(caml_ba_alloc(CAML_BA_CHAR | CAML_BA_C_LAYOUT | CAML_BA_EXTERNAL, 1,
                                         phys_to_virt(boot_info.dtb), &size));
}

value hal_machine_core_number(value index, value which)
{
    const struct core *c = cores[Int_val(index)];
    uint64_t idle_now = core_is_idle(c) ? clock_ns() - MIN(clock_ns(), c->idle_since_ns) : 0;
    const uint64_t numbers[] = {c->hw_id,    c->nr_interrupts, c->nr_ipis,
                                c->nr_timer, c->nr_switches,   c->idle_ns + idle_now};
    return Val_long(numbers[Int_val(which)]);
}

value hal_machine_module_path(value index)
{
    return caml_copy_string(boot_info.module[Int_val(index)].path);
}

value hal_machine_module_contents(value index)
{
    const struct boot_module *m = &boot_info.module[Int_val(index)];
    intnat size = (intnat)m->size_bytes;
    return caml_ba_alloc(CAML_BA_CHAR | CAML_BA_C_LAYOUT | CAML_BA_EXTERNAL, 1,
                         phys_to_virt(m->base), &size);
}

value hal_machine_kind(value index)
{
    CAMLparam1(index);
    CAMLlocal2(kind, name);
    struct slab_figures figures;
    if (!slab_figures(Int_val(index), &figures))
        CAMLreturn(Val_none);
    name = caml_copy_string(figures.name);
    kind = caml_alloc_tuple(3);
    Store_field(kind, 0, name);
    Store_field(kind, 1, Val_long(figures.in_use));
    Store_field(kind, 2, Val_long(figures.nr_frames));
    CAMLreturn(caml_alloc_some(kind));
}
