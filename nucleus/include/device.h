/* device.h: devices' registers, and the order of memory that they share with cores. Any context. */
#ifndef NUCLEUS_DEVICE_H
#define NUCLEUS_DEVICE_H

#include "arch.h"

/* What was stored before is visible to a device before what is stored after, registers included. */
static inline void device_write_barrier(void)
{
    arch_device_write_barrier();
}

/* What is loaded after is not older than what was loaded before, registers included. */
static inline void device_read_barrier(void)
{
    arch_device_read_barrier();
}

/* Both, and what is loaded after is not older than what was stored before. */
static inline void device_barrier(void)
{
    arch_device_barrier();
}

/* One access of 1, 2, 4 or 8 bytes, ordered after the stores before it (a write) and before the
 * loads after it (a read). SAFETY: the caller owns the register, mapped with PAGE_DEVICE. */
static inline uint64_t device_read(uintptr_t at, unsigned size_bytes)
{
    uint64_t value;
    switch (size_bytes) {
    case 1:
        value = *(volatile uint8_t *)at;
        break;
    case 2:
        value = *(volatile uint16_t *)at;
        break;
    case 4:
        value = *(volatile uint32_t *)at;
        break;
    default:
        value = *(volatile uint64_t *)at;
    }
    device_read_barrier();
    return value;
}

static inline void device_write(uintptr_t at, unsigned size_bytes, uint64_t value)
{
    device_write_barrier();
    switch (size_bytes) {
    case 1:
        *(volatile uint8_t *)at = (uint8_t)value;
        break;
    case 2:
        *(volatile uint16_t *)at = (uint16_t)value;
        break;
    case 4:
        *(volatile uint32_t *)at = (uint32_t)value;
        break;
    default:
        *(volatile uint64_t *)at = value;
    }
}

/* I/O ports (x86 alone): an access of 1, 2 or 4 bytes. Elsewhere reads answer all ones, and writes
 * go nowhere. */
bool device_has_ports(void);
uint32_t device_port_read(uint16_t port, unsigned size_bytes);
void device_port_write(uint16_t port, unsigned size_bytes, uint32_t value);

#endif
