/* kcall.h: between the files of the runtime's system-call layer.
 *
 * musl's system calls arrive in kcall() on the calling thread, interrupts on, and are answered with
 * Linux's meaning (the kernel's manual pages, section 2) as far as musl and the OCaml runtime use
 * it. Pointers are the kernel's own and are trusted. Each call_* returns a value or a negative
 * errno. */
#ifndef RUNTIME_KCALL_H
#define RUNTIME_KCALL_H

#include "base.h"

struct thread;

/* Six words, as musl passes them. */
struct arguments {
    long a, b, c, d, e, f;
};

typedef long call(const struct arguments *args);

/* memory.c */
call call_mmap, call_munmap, call_mprotect, call_madvise;

/* threads.c */
call call_set_tid_address, call_gettid, call_exit, call_sched_yield, call_sched_getaffinity;

/* futex.c */
call call_futex;
void futex_wake(const int32_t *word, unsigned count);
void futex_wait(const int32_t *word, int32_t while_equal);

/* The same, and 0, -EAGAIN or -ETIMEDOUT; and whether it was moved to another word meanwhile. */
long futex_wait_until(const int32_t *word, int32_t while_equal, uint64_t deadline_ns, bool *moved);

/* Has up to `count` threads that wait for one word wait for the other; how many. */
unsigned futex_move(const int32_t *from, const int32_t *to, unsigned count);

/* signals.c */
call call_rt_sigaction, call_rt_sigprocmask, call_sigaltstack, call_tkill, call_kill, call_tgkill;

/* time.c */
call call_clock_gettime, call_clock_getres, call_clock_nanosleep, call_nanosleep, call_gettimeofday;
call call_getrusage, call_times;

/* system.c */
call call_exit_group, call_getpid, call_getppid, call_getuid, call_uname, call_sysinfo,
    call_getrandom;

/* descriptors.c */
call call_open, call_openat, call_close, call_dup, call_dup3, call_fcntl;

/* file_data.c */
call call_read, call_write, call_readv, call_writev, call_pread, call_pwrite, call_lseek,
    call_ftruncate, call_fsync;

/* file_status.c */
call call_fstat, call_stat, call_lstat, call_newfstatat, call_access, call_faccessat, call_readlink,
    call_readlinkat, call_ioctl;

/* file_tree.c */
call call_unlink, call_unlinkat, call_rename, call_renameat2, call_mkdir, call_mkdirat, call_rmdir,
    call_getdents64, call_chdir, call_getcwd;

/* initial_files.c: fills the tree, before the first thread calls anything. */
void files_init(void);

/* descriptors.c: makes descriptor 0 read a file: 0, or a negative errno. */
long files_set_stdin(const char *path);

/* file_mappings.c: the bytes of an open file for a shared mapping: grown to `size`, and not moved
 * while mapped. 0 on failure. */
uintptr_t file_map(long fd, uint64_t size);

/* Ends one mapping of a file that file_map put at `at`; false when there is none. */
bool file_unmap(uintptr_t at);

/* low_memory.c: to be called after new_bytes of memory were taken, on the thread that took them. */
void low_memory_check(uint64_t new_bytes);

/* A lock that sleeps: for what may wait. */
struct mutex {
    int32_t word; /* 0 free, 1 held, 2 held with waiters */
};
void mutex_lock(struct mutex *m);
void mutex_unlock(struct mutex *m);

#endif
