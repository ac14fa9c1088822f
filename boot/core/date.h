/* Calendar dates to seconds. */
#ifndef BOOT_DATE_H
#define BOOT_DATE_H

#include <stdbool.h>
#include <stdint.h>

struct date {
    unsigned year, month, day; /* month and day from 1 */
    unsigned hour, minute, second;
};

/* Whether the fields are a date from 1970 to 9999. */
bool date_valid(const struct date *date);

/* Seconds since 1970-01-01 00:00 in the date's own time zone; Gregorian calendar. */
int64_t date_seconds(const struct date *date);

#endif
