/* uart_port.h: reaching a serial port by other ways than memory. */
#ifndef ARCH_UART_PORT_H
#define ARCH_UART_PORT_H

#include "ports.h"
#include "uart.h"

static inline uint8_t uart_port_read(uintptr_t port)
{
    return port_read8((uint16_t)port);
}

static inline void uart_port_write(uintptr_t port, uint8_t value)
{
    port_write8((uint16_t)port, value);
}

/* The port that firmware offers when no other is known. */
static inline const struct uart_ops *uart_firmware(void)
{
    return NULL;
}

#endif
