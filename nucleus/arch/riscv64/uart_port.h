/* uart_port.h: reaching a serial port by other ways than memory: the firmware's console. */
#ifndef ARCH_UART_PORT_H
#define ARCH_UART_PORT_H

#include "uart.h"

static inline uint8_t uart_port_read(uintptr_t port)
{
    (void)port;
    return 0;
}

static inline void uart_port_write(uintptr_t port, uint8_t value)
{
    (void)port;
    (void)value;
}

static inline const struct uart_ops *uart_firmware(void)
{
    return &uart_sbi;
}

#endif
