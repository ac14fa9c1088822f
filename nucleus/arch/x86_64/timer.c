/* timer.c: the time-stamp counter as the clock, the local APIC's timer, one shot at a time, for
 * deadlines. Both are measured at boot against a clock of known rate: the ACPI timer, else the
 * 8254. Source: ACPI 6.5, 4.8.3.3; Intel 8254 data sheet; Intel SDM volume 3, 10.5.4. */
#include "base.h"
#include "interrupts.h"
#include "clock.h"
#include "machine.h"
#include "panic.h"
#include "ports.h"

#define PM_TIMER_HZ 3579545ull
#define PIT_HZ      1193182ull
#define WINDOW_NS   (2 * NS_PER_MS)
#define WINDOWS     5

static uint64_t lapic_hz;

/* ---- reference clocks: count up, wrap at 24 or 16 bits ---- */

static uint64_t pm_read(void)
{
    return port_read32(discovered.x86.pm_timer_port) & 0xffffff;
}

/* Channel 2, counting down in mode 0 from 65535, gate open, speaker off. */
static void pit_start(void)
{
    port_write8(0x61, (port_read8(0x61) & ~2) | 1);
    port_write8(0x43, 0xb0);
    port_write8(0x42, 0xff);
    port_write8(0x42, 0xff);
}

static uint64_t pit_read(void)
{
    port_write8(0x43, 0x80);
    uint8_t low = port_read8(0x42);
    return 0xffff - (low | (uint64_t)port_read8(0x42) << 8);
}

struct reference {
    uint64_t (*read)(void);
    uint64_t hz, mask;
};

/* ---- measuring ---- */

struct sample {
    uint64_t reference, tsc, lapic, spread; /* spread: TSC ticks that taking the sample took */
};

static struct sample sample_once(const struct reference *r)
{
    struct sample s;
    uint64_t before = arch_ticks();
    s.reference = r->read();
    s.tsc = arch_ticks();
    s.lapic = lapic_read(LAPIC_TIMER_CURRENT);
    s.spread = arch_ticks() - before;
    return s;
}

/* The tightest of a few: on an emulated machine any one may have been interrupted. */
static struct sample sample(const struct reference *r)
{
    struct sample best = sample_once(r);
    for (unsigned i = 0; i < 4; i++) {
        struct sample s = sample_once(r);
        if (s.spread < best.spread)
            best = s;
    }
    return best;
}

static void sort(uint64_t *v, unsigned n)
{
    for (unsigned i = 1; i < n; i++)
        for (unsigned j = i; j > 0 && v[j] < v[j - 1]; j--) {
            uint64_t t = v[j];
            v[j] = v[j - 1];
            v[j - 1] = t;
        }
}

static void measure(const struct reference *r)
{
    uint64_t tsc_hz[WINDOWS], apic_hz[WINDOWS];
    for (unsigned i = 0; i < WINDOWS; i++) {
        struct sample a = sample(r), b;
        uint64_t ticks, wanted = r->hz * WINDOW_NS / NS_PER_S;
        do {
            b = sample(r);
            ticks = (b.reference - a.reference) & r->mask;
        } while (ticks < wanted);
        tsc_hz[i] = (b.tsc - a.tsc) * r->hz / ticks;
        apic_hz[i] = (a.lapic - b.lapic) * r->hz / ticks;
    }
    sort(tsc_hz, WINDOWS);
    sort(apic_hz, WINDOWS);
    clock_hz = tsc_hz[WINDOWS / 2];
    lapic_hz = apic_hz[WINDOWS / 2];
}

void arch_clock_init(void)
{
    struct reference pm = {pm_read, PM_TIMER_HZ, 0xffffff}, pit = {pit_read, PIT_HZ, 0xffff};
    lapic_write(LAPIC_TIMER_DIVIDE, 0xb); /* by 1 */
    lapic_write(LAPIC_TIMER_INITIAL, UINT32_MAX);
    if (discovered.x86.pm_timer_port) {
        measure(&pm);
    } else {
        pit_start();
        measure(&pit);
    }
    lapic_write(LAPIC_TIMER_INITIAL, 0);
    if (clock_hz == 0 || lapic_hz == 0)
        panic("timer: neither the ACPI timer nor the 8254 runs: the clock's rate is unknown");
}

void arch_timer_init_core(void)
{
    lapic_write(LAPIC_TIMER_DIVIDE, 0xb);
    lapic_write(LAPIC_TIMER, VECTOR_TIMER); /* one shot */
}

/* A deadline beyond the counter's 32 bits goes off early and is set again. */
void arch_timer_set(uint64_t deadline_ns)
{
    if (deadline_ns == UINT64_MAX) {
        lapic_write(LAPIC_TIMER_INITIAL, 0);
        return;
    }
    uint64_t now = clock_ns();
    uint64_t delta = deadline_ns > now ? MIN(deadline_ns - now, 2 * NS_PER_S) : 0;
    uint64_t ticks = delta * lapic_hz / NS_PER_S + 1;
    lapic_write(LAPIC_TIMER_INITIAL, (uint32_t)MIN(ticks, UINT32_MAX));
}

const char *arch_timer_name(void)
{
    return discovered.x86.pm_timer_port ? "TSC and local APIC, measured with the ACPI timer"
                                        : "TSC and local APIC, measured with the 8254";
}

/* Every loader reads the CMOS clock. */
uint64_t arch_wall_seconds(void)
{
    return 0;
}
