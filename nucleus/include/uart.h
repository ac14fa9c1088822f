/* uart.h: what a serial port can do. Register access only: no lock, no queue. */
#ifndef NUCLEUS_UART_H
#define NUCLEUS_UART_H

#include "base.h"

struct uart {
    const struct uart_ops *ops;
    uintptr_t base; /* mapped registers, or the first port */
    uint8_t reg_shift, reg_width;
    uint8_t fifo_room; /* bytes that may still be put since the FIFO was last seen empty */
};

struct uart_ops {
    void (*init)(struct uart *);
    bool (*put)(struct uart *, uint8_t byte); /* false: no room now */
    int (*get)(struct uart *);                /* a byte, or -1: none waits */
    bool (*idle)(struct uart *);              /* has all that was put left the shift register? */
    /* Interrupt when input waits, and, if `output`, when there is room for output. */
    void (*interrupts)(struct uart *, bool output);
};

extern const struct uart_ops uart_16550, uart_16550_port, uart_pl011, uart_sbi;

#endif
