/* The PC's clock in CMOS (Motorola MC146818A datasheet, "Time, calendar and alarm locations"). */
#include "arch/x86_64/cpu.h"
#include "core/arch.h"
#include "core/date.h"

#define SECOND   0x00
#define MINUTE   0x02
#define HOUR     0x04
#define DAY      0x07
#define MONTH    0x08
#define YEAR     0x09
#define STATUS_A 0x0a
#define STATUS_B 0x0b

#define A_UPDATING 0x80
#define B_BINARY   0x04
#define B_24_HOURS 0x02
#define HOUR_PM    0x80

static uint8_t cmos(uint8_t index)
{
    outb(0x70, index | 0x80); /* NMI stays masked while we read */
    return inb(0x71);
}

static struct date read_raw(void)
{
    for (unsigned i = 0; i < 100000 && (cmos(STATUS_A) & A_UPDATING); i++)
        arch_relax();
    return (struct date){cmos(YEAR), cmos(MONTH),  cmos(DAY),
                         cmos(HOUR), cmos(MINUTE), cmos(SECOND)};
}

static unsigned from_bcd(unsigned value, bool binary)
{
    return binary ? value : (value >> 4) * 10 + (value & 15);
}

static struct date convert(struct date raw, uint8_t status)
{
    bool binary = status & B_BINARY;
    bool pm = !(status & B_24_HOURS) && (raw.hour & HOUR_PM);
    unsigned hour = from_bcd(status & B_24_HOURS ? raw.hour : raw.hour & ~HOUR_PM, binary);
    if (!(status & B_24_HOURS))
        hour = hour % 12 + (pm ? 12 : 0);
    return (struct date){2000 + from_bcd(raw.year, binary), from_bcd(raw.month, binary),
                         from_bcd(raw.day, binary),         hour,
                         from_bcd(raw.minute, binary),      from_bcd(raw.second, binary)};
}

void arch_clock_read(uint64_t base, struct boot_time *time)
{
    (void)base;
    struct date raw = read_raw(), again = read_raw();
    /* An update between two reads shows in the second; at most one can happen that fast. */
    if (raw.second != again.second || raw.minute != again.minute)
        again = read_raw();
    struct date date = convert(again, cmos(STATUS_B));
    outb(0x70, 0);
    time->known = date_valid(&date);
    time->seconds = time->known ? date_seconds(&date) : 0;
}
