/* user_calls.c: system calls that need no policy, answered where the trap arrives: clocks, numbers
 * of the process, waking at a futex when nobody waits at any. On the handler stack, interrupts off.
 *
 * Where something is out of the ordinary, such as a bad pointer, the answer is OCaml's. */
#include "call_numbers.h"
#include "clock.h"
#include "machine.h"
#include "pte.h"
#include "user.h"

_Atomic uint32_t user_futex_waiters;

enum {
    CLOCK_REALTIME,
    CLOCK_MONOTONIC,
    CLOCK_REALTIME_COARSE = 5,
    CLOCK_MONOTONIC_COARSE,
    CLOCK_BOOTTIME
};

static bool answer(struct user *u, int64_t result)
{
    user_set_result(u, result);
    return true;
}

/* The pages are there already, or it is OCaml's to bring them. */
static bool tell(uintptr_t at, uint64_t first, uint64_t second)
{
    const uint64_t words[] = {first, second};
    return at < PTE_USER_END - sizeof words && at % PAGE_SIZE <= PAGE_SIZE - sizeof words &&
           arch_user_write(at, words, sizeof words) == 0;
}

static bool clock_gettime(struct user *u)
{
    uint64_t ns;
    switch ((int32_t)user_argument(u, 0)) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
        ns = clock_wall_ns();
        break;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
        ns = clock_ns();
        break;
    default:
        return false;
    }
    return tell(user_argument(u, 1), ns / NS_PER_S, ns % NS_PER_S) && answer(u, 0);
}

#define FUTEX_WAKE  1
#define FUTEX_FLAGS 384 /* private, real time */

static bool futex(struct user *u)
{
    uintptr_t at = user_argument(u, 0);
    bool wakes = ((int32_t)user_argument(u, 1) & ~FUTEX_FLAGS) == FUTEX_WAKE;
    bool nobody = __atomic_load_n(&user_futex_waiters, __ATOMIC_SEQ_CST) == 0;
    return wakes && nobody && at % sizeof(uint32_t) == 0 && at < PTE_USER_END && answer(u, 0);
}

bool user_answer(struct user *u)
{
    switch (user_number(u)) {
    case CALL_GETPPID:
        return answer(u, u->parent);
    case CALL_GETPID:
        return answer(u, u->pid);
    case CALL_GETTID:
        return answer(u, u->tid);
    case CALL_CLOCK_GETTIME:
        return clock_gettime(u);
    case CALL_FUTEX:
        return futex(u);
    default:
        return false;
    }
}
