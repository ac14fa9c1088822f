/* arguments.c: see arguments.h. */
#include "arguments.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE         4096ul
#define GROUND_PAGES 16
#define NR_CALLS     470 /* a few more than any architecture has */
#define ALL_NAMESPACES                                                                             \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |  \
     CLONE_NEWNET | 0x80 /* CLONE_NEWTIME */)

/* Pages to be read and written, one to be read, one without rights, and a hole behind each. */
static char *ground, *constant, *forbidden, *hole;

static const char *const paths[] = {"a",
                                    "b",
                                    "d",
                                    "d/a",
                                    "d/b",
                                    "s",
                                    "p",
                                    "d/../a",
                                    "./d/./a",
                                    "a/b",
                                    "no/such",
                                    "",
                                    "/dev/null",
                                    "/dev/zero",
                                    "/dev/full",
                                    "/dev/ptmx",
                                    "/dev/urandom",
                                    "/",
                                    "/proc/self",
                                    "/proc",
                                    "/proc/stat",
                                    "/proc/self/maps",
                                    "/dev/tty",
                                    "/proc/self/fd/3",
                                    "/proc/self/status",
                                    "d/s/s/s/s/s/s/a"};

static char *map(size_t nr_pages, int protection)
{
    char *memory =
        mmap(NULL, (nr_pages + 1) * PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(memory + nr_pages * PAGE, PAGE);
    return memory;
}

void arguments_prepare(struct random *random)
{
    ground = map(GROUND_PAGES, PROT_READ | PROT_WRITE);
    constant = map(1, PROT_READ);
    forbidden = map(1, PROT_NONE);
    hole = map(1, PROT_READ);
    munmap(hole, PAGE);
    for (size_t i = 0; i < GROUND_PAGES * PAGE; i += 8)
        *(uint64_t *)(ground + i) = random_next(random) >> random_below(random, 64);
}

/* ---- numbers ---- */

/* Calls that work on what others have made, so that they are worth more tries. */
static const long favourites[] = {
    SYS_mmap,
    SYS_munmap,
    SYS_mremap,
    SYS_mprotect,
    SYS_madvise,
    SYS_brk,
    SYS_read,
    SYS_write,
    SYS_openat,
    SYS_close,
    SYS_dup,
    SYS_dup3,
    SYS_pipe2,
    SYS_fcntl,
    SYS_ioctl,
    SYS_lseek,
    SYS_readv,
    SYS_writev,
    SYS_pread64,
    SYS_pwrite64,
    SYS_ftruncate,
    SYS_getdents64,
    SYS_mkdirat,
    SYS_unlinkat,
    SYS_renameat2,
    SYS_linkat,
    SYS_symlinkat,
    SYS_mknodat,
    SYS_newfstatat,
    SYS_utimensat,
    SYS_clone,
    SYS_wait4,
    SYS_waitid,
    SYS_kill,
    SYS_tgkill,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigtimedwait,
    SYS_sigaltstack,
    SYS_futex,
    SYS_ppoll,
    SYS_pselect6,
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_epoll_pwait,
    SYS_eventfd2,
    SYS_timerfd_create,
    SYS_timerfd_settime,
    SYS_signalfd4,
    SYS_socketpair,
    SYS_sendmsg,
    SYS_recvmsg,
    SYS_sendto,
    SYS_recvfrom,
    SYS_bind,
    SYS_listen,
    SYS_connect,
    SYS_accept4,
    SYS_shutdown,
    SYS_setsockopt,
    SYS_timer_create,
    SYS_timer_settime,
    SYS_setitimer,
    SYS_nanosleep,
    SYS_sendfile,
    SYS_splice,
    SYS_memfd_create,
    SYS_msync,
    SYS_mincore,
    SYS_execve,
    SYS_prctl,
    SYS_statx,
    SYS_copy_file_range,
    SYS_set_robust_list,
    SYS_getrandom,
};

#define NR_OF(table) (sizeof(table) / sizeof *(table))

long arguments_number(struct random *random)
{
    switch (random_below(random, 20)) {
    case 0:
        return (long)random_next(random);
    case 1:
        return (long)random_below(random, 2000) - 500;
    case 2 ... 8:
        return (long)random_below(random, NR_CALLS);
    default:
        return favourites[random_below(random, NR_OF(favourites))];
    }
}

/* What would reach beyond the process, or makes what outlives it, or is not worth the time:
 * exclusion is by name, so that it holds wherever this runs. */
static const long never[] = {
    SYS_setpgid,
    SYS_reboot,
    SYS_kexec_load,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_swapon,
    SYS_swapoff,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    SYS_clock_adjtime,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_acct,
    SYS_quotactl,
    SYS_syslog,
    SYS_vhangup,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_unshare,
    SYS_setns,
    SYS_setsid,
    SYS_shmget,
    SYS_shmctl,
    SYS_msgget,
    SYS_msgctl,
    SYS_semget,
    SYS_semctl,
    SYS_mq_open,
    SYS_mq_unlink,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_seccomp,
    SYS_sync,
    SYS_syncfs,
    SYS_socket,
    SYS_setpriority,
    SYS_ioprio_set,
    SYS_migrate_pages,
    SYS_move_pages,
    SYS_setuid,
    SYS_setresuid,
    SYS_setreuid,
    SYS_fanotify_init,
    SYS_execveat,
    SYS_exit_group,
    SYS_kcmp,
    SYS_personality,
#ifdef SYS_fork
    SYS_fork,
    SYS_vfork,
    SYS_iopl,
    SYS_ioperm,
    SYS_modify_ldt,
    SYS_uselib,
    SYS_ustat,
#endif
    323 /* userfaultfd, x86_64 */,
};

/* From here on numbers mean the same everywhere: io_uring, pidfds' signals, mounts, clone3, ... */
#define FIRST_COMMON 424

static int is_never(long number)
{
    for (size_t i = 0; i < NR_OF(never); i++)
        if (never[i] == number)
            return 1;
    return number >= FIRST_COMMON && number <= NR_CALLS;
}

/* ---- pointers ---- */

static long pointer(struct random *random)
{
    uint64_t at = random_below(random, GROUND_PAGES * PAGE);
    switch (random_below(random, 24)) {
    case 0:
        return 0;
    case 1:
        return (long)random_below(random, PAGE);
    case 2:
        return (long)hole + (long)random_below(random, PAGE);
    case 3:
        return (long)forbidden;
    case 4:
        return (long)constant + (long)(at % PAGE);
    case 5: /* straddling the end */
        return (long)(ground + GROUND_PAGES * PAGE) - (long)random_below(random, 64);
    case 6:
        return -(long)random_below(random, 4 * PAGE);
    case 7:
        return (long)(random_next(random) >> random_below(random, 40));
    case 8:
        return (long)(1ul << 47) - (long)random_below(random, 2 * PAGE);
    case 9 ... 12:
        return (long)paths[random_below(random, NR_OF(paths))];
    default:
        return (long)(ground + (at & ~7ul));
    }
}

/* Small structures of pointers and sizes, so that vectors and messages are half sensible. */
static void sow(struct random *random)
{
    long *at = (long *)(ground + (random_below(random, GROUND_PAGES * PAGE - 64) & ~7ul));
    for (int i = 0; i < 8; i++)
        at[i] = i & 1 ? (long)random_below(random, 2 * PAGE) : pointer(random);
}

/* A short time, or a path, somewhere in the ground. */
static long structure(struct random *random)
{
    char *at = ground + (random_below(random, GROUND_PAGES * PAGE - 256) & ~7ul);
    const char *path = paths[random_below(random, NR_OF(paths))];
    if (random_below(random, 2)) {
        ((long *)at)[0] = 0;
        ((long *)at)[1] = (long)random_below(random, 2000000);
    } else {
        memcpy(at, path, strlen(path) + 1);
    }
    return (long)at;
}

/* ---- all together ---- */

static long number(struct random *random)
{
    switch (random_below(random, 8)) {
    case 0:
        return 0;
    case 1:
        return -(long)random_below(random, 200);
    case 2:
        return (long)(1ul << random_below(random, 64));
    case 3:
        return (long)((random_below(random, 64)) * PAGE);
    case 4:
        return (long)random_next(random);
    case 5:
        return (long)(random_next(random) & random_next(random) & 0xffffffff);
    default:
        return (long)random_below(random, 100);
    }
}

static long any(struct random *random)
{
    switch (random_below(random, 10)) {
    case 0 ... 2:
        return pointer(random);
    case 3:
        return structure(random);
    case 4 ... 6:
        return (long)random_below(random, 24); /* a descriptor, perhaps */
    case 7:
        return AT_FDCWD;
    default:
        return number(random);
    }
}

/* Signals go to the process itself, and end it seldom. */
static long own_signal(struct random *random)
{
    const int harmless[] = {0, SIGUSR1, SIGUSR2, SIGCHLD, SIGALRM, SIGCONT, SIGWINCH, 40, 64};
    if (random_below(random, 50) == 0)
        return (long)random_below(random, 70);
    return harmless[random_below(random, NR_OF(harmless))];
}

static void tame_signal(struct random *random, long call, long a[6])
{
    if (call == SYS_tgkill) {
        a[0] = getpid();
        a[1] = getpid() + (long)random_below(random, 4);
        a[2] = own_signal(random);
    } else if (call == SYS_rt_tgsigqueueinfo) {
        a[0] = getpid();
        a[2] = own_signal(random);
    } else {
        a[0] = getpid();
        a[1] = own_signal(random);
    }
}

static void tame_clone(struct random *random, long a[6])
{
    a[0] &= ~(long)(ALL_NAMESPACES | CLONE_PTRACE | CLONE_UNTRACED | CLONE_PARENT | CLONE_PIDFD);
    if (random_below(random, 20)) {
        a[0] &= ~(long)(CLONE_VM | CLONE_VFORK | CLONE_THREAD | CLONE_SIGHAND | CLONE_SETTLS);
        a[1] = 0;
    }
}

/* Files that signal somebody, who may be named by chance: F_SETOWN, FIOSETOWN, SIOCSPGRP. */
static int signals_others(long call, const long a[6])
{
    int request = (int)a[1];
    return (call == SYS_fcntl && (request == F_SETOWN || request == F_SETOWN_EX)) ||
           (call == SYS_ioctl && (request == 0x8901 || request == 0x8902));
}

int arguments_for(struct random *random, long call, long a[6])
{
    if (is_never(call))
        return 0;
    if (random_below(random, 8) == 0)
        sow(random);
    for (int i = 0; i < 6; i++)
        a[i] = any(random);
    if (call == SYS_kill || call == SYS_tkill || call == SYS_tgkill ||
        call == SYS_rt_sigqueueinfo || call == SYS_rt_tgsigqueueinfo)
        tame_signal(random, call, a);
    else if (call == SYS_clone)
        tame_clone(random, a);
    else if (call == SYS_prlimit64 || call == SYS_sched_setaffinity ||
             call == SYS_sched_setscheduler || call == SYS_sched_setparam ||
             call == SYS_sched_setattr)
        a[0] = 0;
    else if (call == SYS_socketpair)
        a[0] = AF_UNIX;
    return !signals_others(call, a) && !(call == SYS_exit && random_below(random, 50));
}
