/* Counts days from a March-based year, so that the leap day is the year's last. */
#include "core/date.h"

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_days(unsigned year, unsigned month)
{
    if (month == 2)
        return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool date_valid(const struct date *date)
{
    return date->year >= 1970 && date->year <= 9999 && date->month >= 1 && date->month <= 12 &&
           date->day >= 1 && date->day <= month_days(date->year, date->month) && date->hour < 24 &&
           date->minute < 60 && date->second < 60;
}

int64_t date_seconds(const struct date *date)
{
    int64_t year = date->month > 2 ? date->year : (int64_t)date->year - 1;
    int64_t month = date->month > 2 ? date->month - 3 : date->month + 9; /* March is 0 */
    int64_t day_of_year = (153 * month + 2) / 5 + date->day - 1;
    int64_t days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year;
    int64_t days_to_1970 = 719468; /* from 0000-03-01 */
    return (days - days_to_1970) * 86400 + (int64_t)date->hour * 3600 + date->minute * 60 +
           date->second;
}
