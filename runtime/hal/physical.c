/* physical.c: the stubs of kernel/hal/physical.ml. */
#include <caml/alloc.h>
#include <caml/bigarray.h>
#include <caml/fail.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <caml/signals.h>
#include <string.h>
#include "device.h"
#include "frames.h"
#include "kcall.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"

/* C that is called from OCaml touches no more than this, or lets the domain go meanwhile. */
#define BOUND (64 * KIB)

value hal_physical_no_bytecode(value unit)
{
    (void)unit;
    caml_failwith("there is no bytecode here");
}

/* ---- registers ---- */

value hal_physical_map(value address, value length, value caching)
{
    static const unsigned flags[] = {PAGE_WRITE | PAGE_DEVICE, PAGE_WRITE | PAGE_WRITE_COMBINE,
                                     PAGE_READ};
    if (Long_val(address) < 0 || Long_val(length) <= 0)
        return Val_long(0);
    return Val_long(kspace_map_phys((phys_t)Long_val(address), (size_t)Long_val(length),
                                    flags[Int_val(caching)]));
}

value hal_physical_unmap(value base, value length)
{
    kspace_unmap_phys((uintptr_t)Long_val(base), (size_t)Long_val(length));
    return Val_unit;
}

intnat hal_physical_read_memory(intnat at, intnat size_bytes)
{
    return (intnat)device_read((uintptr_t)at, (unsigned)size_bytes);
}

value hal_physical_write_memory(intnat at, intnat size_bytes, intnat v)
{
    device_write((uintptr_t)at, (unsigned)size_bytes, (uint64_t)v);
    return Val_unit;
}

value hal_physical_has_ports(value unit)
{
    (void)unit;
    return Val_bool(device_has_ports());
}

value hal_physical_read_port(value port, value size_bytes)
{
    return Val_long(device_port_read((uint16_t)Long_val(port), (unsigned)Int_val(size_bytes)));
}

value hal_physical_write_port(value port, value size_bytes, value v)
{
    device_port_write((uint16_t)Long_val(port), (unsigned)Int_val(size_bytes),
                      (uint32_t)Long_val(v));
    return Val_unit;
}

/* ---- memory ---- */

static bool would_touch_reserve(uint64_t size)
{
    return size > KSPACE_SMALL && frames_free_total() < size + kspace_reserve_bytes();
}

value hal_physical_allocate(value size, value below)
{
    uint64_t size_bytes = (uint64_t)Long_val(size);
    phys_t limit = below == Val_long(Max_long) ? UINT64_MAX : (phys_t)Long_val(below);
    phys_t block = would_touch_reserve(size_bytes) || Long_val(below) < 0
                       ? 0
                       : frames_alloc_bytes_below(size_bytes, limit);
    if (block == 0)
        return Val_long(0);
    low_memory_check(size_bytes);
    if (size_bytes > BOUND)
        caml_enter_blocking_section();
    memset(phys_to_virt(block), 0, size_bytes);
    if (size_bytes > BOUND)
        caml_leave_blocking_section();
    return Val_long(block);
}

value hal_physical_free(value address, value size)
{
    frames_free_bytes((phys_t)Long_val(address), (uint64_t)Long_val(size));
    return Val_unit;
}

static value contents(void *at, value length)
{
    intnat size = Long_val(length);
    return caml_ba_alloc(CAML_BA_CHAR | CAML_BA_C_LAYOUT | CAML_BA_EXTERNAL, 1, at, &size);
}

value hal_physical_contents_of_frames(value address, value length)
{
    return contents(phys_to_virt((phys_t)Long_val(address)), length);
}

value hal_physical_contents_of_mapping(value address, value length)
{
    return contents((void *)Long_val(address), length);
}

/* ---- what may not be there ---- */

/* A word of each page, where a fault is only an answer. */
value hal_physical_answers(value base, value length)
{
    uintptr_t at = (uintptr_t)Long_val(base), end = at + (uintptr_t)Long_val(length);
    uint64_t word;
    for (at = ALIGN_DOWN(at, PAGE_SIZE); at < end; at += PAGE_SIZE)
        if (!fault_try_read(at, &word))
            return Val_false;
    return Val_true;
}
