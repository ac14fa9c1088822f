/* A thread's registers: kept across signals and preemption, changed by handlers. */
#include "check.h"
#include "registers.h"
#include <fenv.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/time.h>
#include <ucontext.h>

static volatile int nr_handled;

static struct registers pattern(unsigned seed)
{
    struct registers registers;
    uint64_t state = seed * 0x9e3779b97f4a7c15ull + 1;
    uint64_t *words = (uint64_t *)&registers;
    for (unsigned i = 0; i < sizeof registers / 8; i++)
        words[i] = state = state * 6364136223846793005ull + 1442695040888963407ull;
    return registers;
}

static void expect_same(const struct registers *a, const struct registers *b)
{
    for (unsigned i = 0; i < 8; i++)
        EXPECT_EQ(a->integers[i], b->integers[i]);
    for (unsigned i = 0; i < REGISTERS_VECTORS; i++)
        for (unsigned word = 0; word < VECTOR_WORDS; word++)
            EXPECT_EQ(a->vectors[i][word], b->vectors[i][word]);
}

static void scribble(int signal)
{
    (void)signal;
    registers_scribble();
    nr_handled++;
}

static void signals_every_ms(int signal, int which)
{
    const struct itimerval timer = {{0, 1000}, {0, 1000}};
    struct sigaction action = {.sa_handler = scribble, .sa_flags = SA_RESTART};
    OK(sigaction(signal, &action, NULL));
    OK(setitimer(which, &timer, NULL));
}

CHECK(registers_are_kept_across_signals)
{
    signals_every_ms(SIGALRM, ITIMER_REAL);
    for (unsigned i = 0; i < 20; i++) {
        struct registers before = pattern(i), after;
        int limit = nr_handled + 2;
        registers_spin(&before, &after, &nr_handled, limit, 1l << 40);
        EXPECT(nr_handled >= limit);
        expect_same(&before, &after);
    }
}

CHECK(registers_are_kept_across_preemption)
{
    enum { NR = 6 };
    pid_t children[NR];
    static volatile int never;
    for (unsigned i = 0; i < NR; i++) {
        if ((children[i] = OK(fork())))
            continue;
        for (unsigned turn = 0; turn < 50; turn++) {
            struct registers before = pattern(i * 100 + turn), after;
            registers_spin(&before, &after, &never, 1, 200000);
            expect_same(&before, &after);
        }
        _exit(0);
    }
    for (unsigned i = 0; i < NR; i++)
        EXPECT_EXITS(children[i], 0);
}

CHECK(a_child_begins_with_the_registers)
{
    volatile double third = 1.0 / 3.0;
    OK(fesetround(FE_UPWARD));
    pid_t child = OK(fork());
    if (child == 0)
        _exit(fegetround() == FE_UPWARD && third == 1.0 / 3.0 ? 0 : 1);
    EXPECT_EXITS(child, 0);
    EXPECT_EQ(fegetround(), FE_UPWARD);
}

static volatile int rounding_within;

static void change_rounding(int signal)
{
    (void)signal;
    rounding_within = fegetround();
    fesetround(FE_DOWNWARD);
}

CHECK(rounding_is_kept_across_signals)
{
    signal(SIGUSR1, change_rounding);
    OK(fesetround(FE_UPWARD));
    OK(raise(SIGUSR1));
    EXPECT_EQ(fegetround(), FE_UPWARD);
}

/* Loads from the address; a handler may step over it and give the result. */
long load_word(const void *address);
#if defined(__x86_64__)
#define LOAD_SIZE 3
__asm__(".text\n.globl load_word\nload_word: mov (%rdi), %rax\nret\n");
static void set_result(ucontext_t *context, long value)
{
    context->uc_mcontext.gregs[REG_RIP] += LOAD_SIZE;
    context->uc_mcontext.gregs[REG_RAX] = value;
}
static char *stack_of(ucontext_t *context)
{
    return (char *)context->uc_mcontext.gregs[REG_RSP];
}
#elif defined(__aarch64__)
#define LOAD_SIZE 4
__asm__(".text\n.globl load_word\nload_word: ldr x0, [x0]\nret\n");
static void set_result(ucontext_t *context, long value)
{
    context->uc_mcontext.pc += LOAD_SIZE;
    context->uc_mcontext.regs[0] = (unsigned long)value;
}
static char *stack_of(ucontext_t *context)
{
    return (char *)context->uc_mcontext.sp;
}
#else
#define LOAD_SIZE 4
__asm__(".text\n.globl load_word\nload_word:\n.option push\n.option norvc\nld a0, 0(a0)\n"
        ".option pop\nret\n");
static void set_result(ucontext_t *context, long value)
{
    context->uc_mcontext.__gregs[0] += LOAD_SIZE;
    context->uc_mcontext.__gregs[10] = (unsigned long)value;
}
static char *stack_of(ucontext_t *context)
{
    return (char *)context->uc_mcontext.__gregs[2];
}
#endif

static char *volatile stack_within;

static void step_over(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)info;
    stack_within = stack_of(context);
    set_result(context, 0x123456789);
    sigaddset(&((ucontext_t *)context)->uc_sigmask, SIGUSR2);
}

CHECK(handlers_change_registers_and_mask)
{
    struct sigaction action = {.sa_sigaction = step_over, .sa_flags = SA_SIGINFO};
    sigset_t mask;
    char here;
    OK(sigaction(SIGSEGV, &action, NULL));
    EXPECT_EQ(load_word(NULL), 0x123456789);
    EXPECT_EQ(load_word((void *)64), 0x123456789);
    EXPECT(stack_within < &here + PAGE && stack_within > &here - PAGE);
    OK(sigprocmask(0, NULL, &mask));
    EXPECT(sigismember(&mask, SIGUSR2) && !sigismember(&mask, SIGSEGV));
}

#if defined(__x86_64__)
CHECK(the_red_zone_is_kept)
{
    uint64_t left;
    signals_every_ms(SIGALRM, ITIMER_REAL);
    int limit = nr_handled + 5;
    __asm__ volatile("movq $77, -8(%%rsp)\nmovq $78, -128(%%rsp)\n"
                     "1: cmp %2, (%1)\njl 1b\n"
                     "mov -8(%%rsp), %0\nimul -128(%%rsp), %0"
                     : "=&r"(left)
                     : "r"(&nr_handled), "r"(limit)
                     : "memory", "cc");
    EXPECT_EQ(left, 77 * 78);
}

static volatile uint64_t flags_within;

static void look_at_flags(int signal)
{
    uint64_t flags;
    (void)signal;
    __asm__ volatile("pushfq\npop %0" : "=r"(flags));
    flags_within = flags | 1;
}

CHECK(the_direction_flag_is_clear_within_and_kept)
{
    const struct itimerval timer = {{0, 0}, {0, 1000}};
    uint64_t flags;
    signal(SIGALRM, look_at_flags);
    OK(setitimer(ITIMER_REAL, &timer, NULL));
    __asm__ volatile("std\n1: cmpq $0, (%1)\nje 1b\npushfq\npop %0\ncld"
                     : "=&r"(flags)
                     : "r"(&flags_within)
                     : "memory", "cc");
    EXPECT_EQ(flags_within & 0x400, 0);
    EXPECT_EQ(flags & 0x400, 0x400);
}

CHECK(wide_vectors_are_kept)
{
    uint64_t before[4] = {1, 2, 3, 4}, after[4];
    if (!__builtin_cpu_supports("avx"))
        SKIP("no AVX");
    signals_every_ms(SIGALRM, ITIMER_REAL);
    int limit = nr_handled + 5;
    __asm__ volatile(
        "vmovups (%0), %%ymm9\n1: cmp %3, (%2)\njl 1b\nvmovups %%ymm9, (%1)" ::"r"(before),
        "r"(after), "r"(&nr_handled), "r"(limit)
        : "xmm9", "memory", "cc");
    EXPECT(memcmp(before, after, sizeof after) == 0);
}
#endif

static sigjmp_buf jump_place;

static void jump_out(int signal)
{
    siglongjmp(jump_place, signal);
}

CHECK(jumping_out_of_handlers)
{
    volatile int nr = 0;
    signal(SIGUSR1, jump_out);
    int got = sigsetjmp(jump_place, 1);
    EXPECT(got == 0 || got == SIGUSR1);
    if (nr++ < 100)
        raise(SIGUSR1);
    EXPECT_EQ(nr, 101);
    sigset_t mask;
    OK(sigprocmask(0, NULL, &mask));
    EXPECT(!sigismember(&mask, SIGUSR1));
}

CHECK(calls_keep_registers)
{
    struct registers before = pattern(1), after;
    static volatile int one = 1;
    for (unsigned i = 0; i < 100; i++) {
        registers_spin(&before, &after, &one, 1, 1);
        expect_same(&before, &after);
        OK(sched_yield());
        OK(getppid());
    }
}
