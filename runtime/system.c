/* system.c: who and where we are, and leaving. */
#include "clock.h"
#include "console.h"
#include "entropy.h"
#include "errno.h"
#include "frames.h"
#include "kcall.h"
#include "power.h"
#include "version.h"

long call_exit_group(const struct arguments *args)
{
    power_off((unsigned)args->a & 0x7f);
}

long call_getpid(const struct arguments *args)
{
    (void)args;
    return 1;
}

long call_getppid(const struct arguments *args)
{
    (void)args;
    return 0;
}

long call_getuid(const struct arguments *args)
{
    (void)args;
    return 0;
}

long call_uname(const struct arguments *args)
{
    char(*field)[65] = (char(*)[65])args->a;
    format_string(field[0], 65, "Bactrian");
    format_string(field[1], 65, "bactrian");
    format_string(field[2], 65, "%s", BACTRIAN_VERSION);
    format_string(field[3], 65, "OCaml kernel");
    format_string(field[4], 65, "%s", BACTRIAN_ARCH);
    format_string(field[5], 65, "(none)");
    return 0;
}

/* struct sysinfo: uptime, three loads, total and free memory in units of mem_unit at byte 104. */
long call_sysinfo(const struct arguments *args)
{
    uint64_t *info = (uint64_t *)args->a;
    struct frames_stats stats;
    frames_stats(&stats);
    memset(info, 0, 112);
    info[0] = clock_ns() / NS_PER_S;
    info[4] = stats.total_bytes;
    info[5] = stats.free_bytes;
    *(uint32_t *)((char *)info + 104) = 1;
    return 0;
}

/* getrandom(buffer, size, flags) */
long call_getrandom(const struct arguments *args)
{
    entropy_read((void *)args->a, (size_t)args->b);
    return args->b;
}
