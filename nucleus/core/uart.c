/* uart.c: the two families of serial port that our machines have.
 * Sources: PC16550D data sheet (National Semiconductor); PrimeCell UART PL011 manual (Arm DDI
 * 0183). */
#include "uart.h"
#include "machine.h"
#include "uart_port.h"

/* ---- 16550, memory mapped or behind ports ---- */

enum { DATA, INTERRUPT_ENABLE, FIFO_CONTROL, LINE_CONTROL, MODEM_CONTROL, LINE_STATUS };
enum { IER_INPUT = 1, IER_OUTPUT = 2 };
enum { LSR_INPUT = 0x01, LSR_ROOM = 0x20, LSR_IDLE = 0x40 };
#define FIFO_DEPTH 16

/* SAFETY: base is a mapped register window of a device that discovery found, reg is below 8. */
static uint8_t read_mmio(struct uart *u, unsigned reg)
{
    uintptr_t at = u->base + ((uintptr_t)reg << u->reg_shift);
    return u->reg_width == 4 ? (uint8_t) * (volatile uint32_t *)at : *(volatile uint8_t *)at;
}

/* SAFETY: as for read_mmio. */
static void write_mmio(struct uart *u, unsigned reg, uint8_t value)
{
    uintptr_t at = u->base + ((uintptr_t)reg << u->reg_shift);
    if (u->reg_width == 4)
        *(volatile uint32_t *)at = value;
    else
        *(volatile uint8_t *)at = value;
}

static uint8_t reg_read(struct uart *u, unsigned reg)
{
    return u->ops == &uart_16550_port ? uart_port_read(u->base + reg) : read_mmio(u, reg);
}

static void reg_write(struct uart *u, unsigned reg, uint8_t value)
{
    if (u->ops == &uart_16550_port)
        uart_port_write(u->base + reg, value);
    else
        write_mmio(u, reg, value);
}

static void ns_init(struct uart *u)
{
    reg_write(u, INTERRUPT_ENABLE, 0);
    reg_write(u, LINE_CONTROL, 0x03); /* 8 data bits, no parity, one stop bit; divisor access off */
    reg_write(u, FIFO_CONTROL, 0x01); /* FIFOs on; input interrupt at one byte */
    reg_write(u, MODEM_CONTROL, 0x0b); /* DTR, RTS, and OUT2, which gates the interrupt on PCs */
    u->fifo_room = 0;
}

/* The status register tells only that the FIFO is empty, so we count what has gone in since. */
static bool ns_put(struct uart *u, uint8_t byte)
{
    if (reg_read(u, LINE_STATUS) & LSR_ROOM)
        u->fifo_room = FIFO_DEPTH;
    if (u->fifo_room == 0)
        return false;
    u->fifo_room--;
    reg_write(u, DATA, byte);
    return true;
}

static int ns_get(struct uart *u)
{
    return reg_read(u, LINE_STATUS) & LSR_INPUT ? reg_read(u, DATA) : -1;
}

static bool ns_idle(struct uart *u)
{
    return reg_read(u, LINE_STATUS) & LSR_IDLE;
}

static void ns_interrupts(struct uart *u, bool output)
{
    reg_write(u, INTERRUPT_ENABLE, IER_INPUT | (output ? IER_OUTPUT : 0));
}

const struct uart_ops uart_16550 = {ns_init, ns_put, ns_get, ns_idle, ns_interrupts};
const struct uart_ops uart_16550_port = {ns_init, ns_put, ns_get, ns_idle, ns_interrupts};

/* ---- PL011 ---- */

enum {
    UARTDR = 0x00,
    UARTFR = 0x18,
    UARTLCR_H = 0x2c,
    UARTCR = 0x30,
    UARTIFLS = 0x34,
    UARTIMSC = 0x38,
    UARTICR = 0x44
};
enum { FR_BUSY = 1 << 3, FR_INPUT_EMPTY = 1 << 4, FR_OUTPUT_FULL = 1 << 5 };
enum { INT_INPUT = 1 << 4, INT_OUTPUT = 1 << 5, INT_INPUT_TIMEOUT = 1 << 6 };

/* SAFETY: base is the mapped 4 KiB register window of a PL011 that discovery found. */
static volatile uint32_t *pl011(struct uart *u, unsigned offset)
{
    return (volatile uint32_t *)(u->base + offset);
}

static void pl011_init(struct uart *u)
{
    *pl011(u, UARTIMSC) = 0;
    *pl011(u, UARTICR) = 0x7ff;
    *pl011(u, UARTLCR_H) =
        3 << 5 | 1 << 4;     /* 8 bits, FIFOs on; the speed stays as firmware set it */
    *pl011(u, UARTIFLS) = 0; /* interrupt at 1/8 full input, 1/8 full output */
    *pl011(u, UARTCR) = 1 << 9 | 1 << 8 | 1; /* receive, transmit, enable */
}

static bool pl011_put(struct uart *u, uint8_t byte)
{
    if (*pl011(u, UARTFR) & FR_OUTPUT_FULL)
        return false;
    *pl011(u, UARTDR) = byte;
    return true;
}

static int pl011_get(struct uart *u)
{
    return *pl011(u, UARTFR) & FR_INPUT_EMPTY ? -1 : (int)(*pl011(u, UARTDR) & 0xff);
}

static bool pl011_idle(struct uart *u)
{
    return !(*pl011(u, UARTFR) & FR_BUSY);
}

/* The output interrupt is raised when the FIFO drains past its mark, so it is cleared here and the
 * caller fills the FIFO after asking for it. */
static void pl011_interrupts(struct uart *u, bool output)
{
    *pl011(u, UARTICR) = INT_INPUT | INT_INPUT_TIMEOUT | (output ? 0 : INT_OUTPUT);
    *pl011(u, UARTIMSC) = INT_INPUT | INT_INPUT_TIMEOUT | (output ? INT_OUTPUT : 0);
}

const struct uart_ops uart_pl011 = {pl011_init, pl011_put, pl011_get, pl011_idle, pl011_interrupts};
