/* ports.c: I/O ports of devices. */
#include "ports.h"
#include "device.h"

bool device_has_ports(void)
{
    return true;
}

uint32_t device_port_read(uint16_t port, unsigned size_bytes)
{
    return size_bytes == 1   ? port_read8(port)
           : size_bytes == 2 ? port_read16(port)
                             : port_read32(port);
}

void device_port_write(uint16_t port, unsigned size_bytes, uint32_t value)
{
    if (size_bytes == 1)
        port_write8(port, (uint8_t)value);
    else if (size_bytes == 2)
        port_write16(port, (uint16_t)value);
    else
        port_write32(port, value);
}
