/* console.c: the serial line's two queues.
 *
 * Invariants: `lock` guards both queues and the port; a byte leaves in the order it was queued,
 * whether by interrupt or, from `print`, by polling; before the port is known output collects in
 * its queue. */
#include "boot_info.h"
#include "clock.h"
#include "console.h"
#include "discover.h"
#include "event.h"
#include "irq.h"
#include "kspace.h"
#include "machine.h"
#include "mirror.h"
#include "paging.h"
#include "spinlock.h"
#include "thread.h"
#include "uart.h"
#include "uart_port.h"

#define QUEUE_SIZE 16384 /* power of two */

struct queue {
    uint32_t head, tail; /* free running: tail - head bytes are queued */
    char byte[QUEUE_SIZE];
};

static struct spinlock lock = SPINLOCK_INIT;
static struct queue output, input;
static struct uart port;
static bool by_interrupt, panicking;
static bool output_asked; /* an interrupt for room comes, or came */
static struct thread *reader;
static struct thread *writers; /* chained by their `block` */
static uint64_t input_lost;

static uint32_t queued(const struct queue *q)
{
    return q->tail - q->head;
}

static bool queue_put(struct queue *q, char c)
{
    if (queued(q) == QUEUE_SIZE)
        return false;
    q->byte[q->tail++ % QUEUE_SIZE] = c;
    return true;
}

/* ---- with the lock held, or in panic mode ---- */

static bool output_put(char c)
{
    bool has_room = queue_put(&output, c);
    if (has_room)
        mirror_put(c);
    return has_room;
}

static void push_output(void)
{
    while (queued(&output) && port.ops->put(&port, (uint8_t)output.byte[output.head % QUEUE_SIZE]))
        output.head++;
}

static void flush_polled(void)
{
    while (port.ops && queued(&output))
        push_output();
}

static void put_polled(void *arg, char c)
{
    (void)arg;
    if (c == '\n')
        put_polled(arg, '\r');
    if (!output_put(c)) {
        flush_polled();
        output_put(c);
    }
}

static void wake_writers(void)
{
    while (writers && queued(&output) < QUEUE_SIZE / 2) {
        struct thread *t = writers;
        writers = t->block;
        thread_unpark(t);
    }
}

static void pull_input(void)
{
    int c;
    while ((c = port.ops->get(&port)) >= 0)
        if (!queue_put(&input, (char)c))
            input_lost++;
    if (reader && queued(&input)) {
        struct thread *t = reader;
        reader = NULL;
        thread_unpark(t);
    }
    if (queued(&input))
        event_record(EVENT_CONSOLE);
}

/* Has the port interrupt when there is room, or not. */
static void ask_for_output(bool wanted)
{
    output_asked = wanted;
    port.ops->interrupts(&port, wanted);
}

static uint64_t bytes_moved(void)
{
    return (uint64_t)input.tail + output.head + input_lost;
}

static bool handle_interrupt(void *arg)
{
    (void)arg;
    spin_lock(&lock);
    uint64_t before = bytes_moved();
    bool expected = output_asked;
    pull_input();
    push_output();
    wake_writers();
    ask_for_output(queued(&output) > 0);
    push_output();
    bool claimed = expected || bytes_moved() != before;
    spin_unlock(&lock);
    return claimed;
}

/* ---- start ---- */

static void choose_port(const struct discovered *d)
{
    switch (d->console.kind) {
    case CONSOLE_16550_PORT:
        port = (struct uart){.ops = &uart_16550_port, .base = d->console.base};
        break;
    case CONSOLE_16550_MMIO:
    case CONSOLE_PL011:
        port = (struct uart){
            .ops = d->console.kind == CONSOLE_PL011 ? &uart_pl011 : &uart_16550,
            .base = kspace_map_phys(d->console.base, PAGE_SIZE, PAGE_WRITE | PAGE_DEVICE),
            .reg_shift = d->console.reg_shift,
            .reg_width = d->console.reg_width,
        };
        break;
    default:
        port = (struct uart){.ops = uart_firmware()};
    }
}

void console_init(const struct discovered *d)
{
    irq_state state = spin_lock_irqsave(&lock);
    choose_port(d);
    if (port.ops) {
        port.ops->init(&port);
        flush_polled();
    }
    spin_unlock_irqrestore(&lock, state);
}

void console_start_interrupts(void)
{
    const struct discovered *d = &discovered;
    if (port.ops == NULL || !d->console.has_irq)
        return;
    enum irq_trigger trigger = port.ops == &uart_16550_port ? IRQ_EDGE : IRQ_LEVEL_HIGH;
    if (irq_install(d->console.irq, handle_interrupt, NULL, trigger) != 0)
        return;
    irq_state state = spin_lock_irqsave(&lock);
    by_interrupt = true;
    port.ops->interrupts(&port, false);
    spin_unlock_irqrestore(&lock, state);
}

/* ---- for threads ---- */

/* Queues what fits. Returns how much that was; when not all, the thread is registered to be
 * unparked. */
static size_t write_some(const char *bytes, size_t size)
{
    size_t done = 0;
    irq_state state = spin_lock_irqsave(&lock);
    while (done < size && QUEUE_SIZE - queued(&output) >= 2) {
        if (bytes[done] == '\n')
            output_put('\r');
        output_put(bytes[done++]);
    }
    mirror_tell();
    if (!by_interrupt) {
        flush_polled();
    } else {
        ask_for_output(true);
        push_output();
        if (done < size) {
            struct thread *t = thread_current();
            t->block = writers;
            writers = t;
        }
    }
    spin_unlock_irqrestore(&lock, state);
    return done;
}

static void writers_remove(struct thread *t)
{
    irq_state state = spin_lock_irqsave(&lock);
    for (struct thread **at = &writers; *at; at = (struct thread **)&(*at)->block)
        if (*at == t) {
            *at = t->block;
            break;
        }
    spin_unlock_irqrestore(&lock, state);
}

void console_write(const char *bytes, size_t size)
{
    while (size > 0) {
        size_t done = write_some(bytes, size);
        bytes += done;
        size -= done;
        if (size > 0 && by_interrupt) {
            thread_park(NO_DEADLINE);
            writers_remove(thread_current());
        }
    }
}

static size_t read_some(char *bytes, size_t size)
{
    size_t done = 0;
    while (done < size && queued(&input))
        bytes[done++] = input.byte[input.head++ % QUEUE_SIZE];
    return done;
}

size_t console_read(char *bytes, size_t size, uint64_t deadline_ns)
{
    for (;;) {
        irq_state state = spin_lock_irqsave(&lock);
        if (!by_interrupt && port.ops)
            pull_input();
        size_t done = read_some(bytes, size);
        reader = done == 0 ? thread_current() : NULL;
        spin_unlock_irqrestore(&lock, state);
        if (done > 0 || size == 0)
            return done;
        uint64_t wake = by_interrupt ? deadline_ns : MIN(deadline_ns, clock_ns() + 10 * NS_PER_MS);
        thread_park(wake);
        if (clock_ns() >= deadline_ns && queued(&input) == 0)
            return 0;
    }
}

size_t console_try_read(char *bytes, size_t size)
{
    irq_state state = spin_lock_irqsave(&lock);
    if (!by_interrupt && port.ops)
        pull_input();
    size_t done = read_some(bytes, size);
    spin_unlock_irqrestore(&lock, state);
    return done;
}

size_t console_read_mirror(char *bytes, size_t size)
{
    irq_state state = spin_lock_irqsave(&lock);
    size_t done = mirror_take(bytes, size);
    spin_unlock_irqrestore(&lock, state);
    return done;
}

bool console_is_polled(void)
{
    return !by_interrupt;
}

/* ---- any context ---- */

void console_drain(void)
{
    irq_state state = 0;
    if (!panicking)
        state = spin_lock_irqsave(&lock);
    flush_polled();
    while (port.ops && !port.ops->idle(&port))
        arch_relax();
    if (!panicking)
        spin_unlock_irqrestore(&lock, state);
}

void console_panic_mode(void)
{
    panicking = true;
}

void vprint(const char *format, va_list args)
{
    if (panicking) {
        format_to(put_polled, NULL, format, args);
        flush_polled();
        return;
    }
    irq_state state = spin_lock_irqsave(&lock);
    format_to(put_polled, NULL, format, args);
    flush_polled();
    mirror_tell();
    spin_unlock_irqrestore(&lock, state);
}

void print(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vprint(format, args);
    va_end(args);
}
