/* The firmware's clock (UEFI 8.3). */
#include "core/date.h"
#include "uefi/uefi.h"

void clock_read(struct boot_time *time)
{
    struct efi_time now;
    if (firmware.runtime_services->get_time(&now, NULL))
        return;
    struct date date = {now.year, now.month, now.day, now.hour, now.minute, now.second};
    if (!date_valid(&date))
        return;
    time->known = true;
    time->seconds = date_seconds(&date);
    if (now.time_zone != EFI_TIME_ZONE_UNKNOWN)
        time->seconds += now.time_zone * 60;
}
