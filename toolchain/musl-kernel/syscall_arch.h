/*
 * musl's system-call layer for the kernel flavour of the C library: every system call is a call of
 * the C function kcall in runtime/. Found before musl's own arch/ARCH/syscall_arch.h, and the same
 * on all architectures. There is no vDSO, so none of the VDSO_* names is defined.
 */
#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)
#define IPC_64 0

/* Returns what Linux's system call n of this architecture returns: a value, or a negative errno. */
long kcall(long n, long a, long b, long c, long d, long e, long f);

static inline long __syscall0(long n)
{
    return kcall(n, 0, 0, 0, 0, 0, 0);
}

static inline long __syscall1(long n, long a)
{
    return kcall(n, a, 0, 0, 0, 0, 0);
}

static inline long __syscall2(long n, long a, long b)
{
    return kcall(n, a, b, 0, 0, 0, 0);
}

static inline long __syscall3(long n, long a, long b, long c)
{
    return kcall(n, a, b, c, 0, 0, 0);
}

static inline long __syscall4(long n, long a, long b, long c, long d)
{
    return kcall(n, a, b, c, d, 0, 0);
}

static inline long __syscall5(long n, long a, long b, long c, long d, long e)
{
    return kcall(n, a, b, c, d, e, 0);
}

static inline long __syscall6(long n, long a, long b, long c, long d, long e, long f)
{
    return kcall(n, a, b, c, d, e, f);
}
