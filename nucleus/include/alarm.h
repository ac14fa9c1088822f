/* alarm.h: a device that our machines have and that interrupts when it is told to: the alarm of the
 * PL031 or goldfish clock, a timer of the HPET. For tests of interrupt controllers alone. Thread
 * context, one user at a time. */
#ifndef NUCLEUS_ALARM_H
#define NUCLEUS_ALARM_H

#include "irq.h"
#include "msi.h"

/* The line it is wired to, level-triggered; false when the machine has no such device or does not
 * say. */
bool alarm_line(uint32_t *irq, enum irq_trigger *trigger);

/* Has the device signal, now or within a millisecond; a line stays asserted until alarm_silence,
 * which handlers may call. */
void alarm_ring(void);
void alarm_silence(void);

/* From now on it sends this message instead, or, for NULL, asserts its line again. False when it
 * can't. */
bool alarm_by_message(const struct msi_message *message);

#endif
