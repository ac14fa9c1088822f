/* The first serial port, a 16550 (National PC16550D datasheet, 8.0). */
#include "arch/x86_64/cpu.h"
#include "core/arch.h"

#define PORT 0x3f8

#define DATA         0
#define INTERRUPTS   1
#define FIFO_CONTROL 2
#define LINE_CONTROL 3
#define LINE_STATUS  5
#define STATUS_EMPTY 0x20

void arch_serial_open(uint64_t base)
{
    (void)base;
    outb(PORT + INTERRUPTS, 0);
    outb(PORT + LINE_CONTROL, 0x80); /* divisor latch */
    outb(PORT + DATA, 1);            /* 115200 baud */
    outb(PORT + INTERRUPTS, 0);
    outb(PORT + LINE_CONTROL, 3); /* 8 bits, no parity, 1 stop bit */
    outb(PORT + FIFO_CONTROL, 7);
}

static void put(char c)
{
    /* A machine without the port reads all ones, which also says empty. */
    for (unsigned i = 0; i < 100000 && !(inb(PORT + LINE_STATUS) & STATUS_EMPTY); i++)
        arch_relax();
    outb(PORT + DATA, (uint8_t)c);
}

void arch_serial_write(const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            put('\r');
        put(*text);
    }
}
