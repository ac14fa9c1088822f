/* ports.c: there are no I/O ports; those of PCI lie in memory. */
#include "device.h"

bool device_has_ports(void)
{
    return false;
}

uint32_t device_port_read(uint16_t port, unsigned size_bytes)
{
    (void)port;
    (void)size_bytes;
    return UINT32_MAX;
}

void device_port_write(uint16_t port, unsigned size_bytes, uint32_t value)
{
    (void)port;
    (void)size_bytes;
    (void)value;
}
