/* uart_sbi.c: the firmware's console, where no port of our own is known: polled, a byte a call. */
#include "sbi.h"
#include "uart.h"

static void init(struct uart *u)
{
    (void)u;
}

static bool put(struct uart *u, uint8_t byte)
{
    (void)u;
    sbi_call(SBI_LEGACY_PUTCHAR, 0, byte, 0, 0, 0);
    return true;
}

static int get(struct uart *u)
{
    (void)u;
    return (int)sbi_call(SBI_LEGACY_GETCHAR, 0, 0, 0, 0, 0).error;
}

static bool idle(struct uart *u)
{
    (void)u;
    return true;
}

static void interrupts(struct uart *u, bool output)
{
    (void)u;
    (void)output;
}

const struct uart_ops uart_sbi = {init, put, get, idle, interrupts};
