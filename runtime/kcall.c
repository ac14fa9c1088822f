/* kcall.c: musl's door into the nucleus. */
#include <sys/syscall.h>
#include "console.h"
#include "errno.h"
#include "kcall.h"

/* A call that succeeds without doing anything: there is nothing here that it could change. */
static long call_nothing(const struct arguments *args)
{
    (void)args;
    return 0;
}

/* Numbers are the architecture's own, from musl's headers; old calls exist on x86_64 alone. */
static call *const table[] = {
    [SYS_mmap] = call_mmap,
    [SYS_munmap] = call_munmap,
    [SYS_mprotect] = call_mprotect,
    [SYS_madvise] = call_madvise,
    [SYS_set_tid_address] = call_set_tid_address,
    [SYS_gettid] = call_gettid,
    [SYS_exit] = call_exit,
    [SYS_sched_yield] = call_sched_yield,
    [SYS_sched_getaffinity] = call_sched_getaffinity,
    [SYS_set_robust_list] = call_nothing,
    [SYS_membarrier] = call_nothing, /* each core runs the kernel alone: its fences order it */
    [SYS_futex] = call_futex,
    [SYS_rt_sigaction] = call_rt_sigaction,
    [SYS_rt_sigprocmask] = call_rt_sigprocmask,
    [SYS_sigaltstack] = call_sigaltstack,
    [SYS_tkill] = call_tkill,
    [SYS_tgkill] = call_tgkill,
    [SYS_kill] = call_kill,
    [SYS_clock_gettime] = call_clock_gettime,
    [SYS_clock_getres] = call_clock_getres,
    [SYS_clock_nanosleep] = call_clock_nanosleep,
    [SYS_nanosleep] = call_nanosleep,
    [SYS_gettimeofday] = call_gettimeofday,
    [SYS_getrusage] = call_getrusage,
    [SYS_times] = call_times,
    [SYS_exit_group] = call_exit_group,
    [SYS_getpid] = call_getpid,
    [SYS_getppid] = call_getppid,
    [SYS_getuid] = call_getuid,
    [SYS_geteuid] = call_getuid,
    [SYS_getgid] = call_getuid,
    [SYS_getegid] = call_getuid,
    [SYS_uname] = call_uname,
    [SYS_sysinfo] = call_sysinfo,
    [SYS_getrandom] = call_getrandom,
    [SYS_openat] = call_openat,
    [SYS_close] = call_close,
    [SYS_read] = call_read,
    [SYS_write] = call_write,
    [SYS_readv] = call_readv,
    [SYS_writev] = call_writev,
    [SYS_lseek] = call_lseek,
    [SYS_pread64] = call_pread,
    [SYS_pwrite64] = call_pwrite,
    [SYS_ftruncate] = call_ftruncate,
    [SYS_fstat] = call_fstat,
    [SYS_newfstatat] = call_newfstatat,
    [SYS_unlinkat] = call_unlinkat,
    [SYS_renameat2] = call_renameat2,
    [SYS_mkdirat] = call_mkdirat,
    [SYS_getdents64] = call_getdents64,
    [SYS_chdir] = call_chdir,
    [SYS_getcwd] = call_getcwd,
    [SYS_dup] = call_dup,
    [SYS_dup3] = call_dup3,
    [SYS_fcntl] = call_fcntl,
    [SYS_ioctl] = call_ioctl,
    [SYS_faccessat] = call_faccessat,
    [SYS_readlinkat] = call_readlinkat,
    [SYS_fsync] = call_fsync,
#ifdef SYS_renameat
    [SYS_renameat] = call_renameat2,
#endif
#ifdef SYS_open
    [SYS_open] = call_open,
    [SYS_stat] = call_stat,
    [SYS_lstat] = call_lstat,
    [SYS_unlink] = call_unlink,
    [SYS_rename] = call_rename,
    [SYS_mkdir] = call_mkdir,
    [SYS_rmdir] = call_rmdir,
    [SYS_access] = call_access,
    [SYS_readlink] = call_readlink,
#endif
};

long kcall(long n, long a, long b, long c, long d, long e, long f)
{
    if (n < 0 || n >= (long)ARRAY_LEN(table) || table[n] == NULL)
        return -ENOSYS;
    struct arguments args = {a, b, c, d, e, f};
    return table[n](&args);
}
