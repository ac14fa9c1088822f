/* What instructions do that cannot be done: the signal, its code and its address. */
#include "check.h"
#include "fault.h"
#include <sys/resource.h>

#define KERNEL_SENT 0x80 /* SI_KERNEL */

/* Functions whose first instruction is the one that faults. */
#define INSTRUCTION(name, text)                                                                    \
    void name(void);                                                                               \
    __asm__(".text\n.balign 16\n.globl " #name "\n" #name ":\n" text "\nret\n")

#if defined(__x86_64__)
INSTRUCTION(illegal, "ud2");
INSTRUCTION(breakpoint, "int3");
INSTRUCTION(privileged, "hlt");
INSTRUCTION(port, "inb $0x60, %al");
INSTRUCTION(no_interrupts, "cli");
INSTRUCTION(software_interrupt, "int $0x21");
INSTRUCTION(model_register, "rdmsr");
#elif defined(__aarch64__)
INSTRUCTION(illegal, ".inst 0");
INSTRUCTION(breakpoint, "brk #7");
INSTRUCTION(privileged, "msr daifset, #2");
#else
INSTRUCTION(illegal, ".option push\n.option norvc\n.word 0\n.option pop");
INSTRUCTION(breakpoint, ".option push\n.option norvc\nebreak\n.option pop");
INSTRUCTION(privileged, "csrr a0, sstatus");
#endif

static void call(void *function)
{
    ((void (*)(void))function)();
}

CHECK(illegal_instructions)
{
#if defined(__x86_64__)
    EXPECT_FAULT(fault_of_call(call, illegal), SIGILL, ILL_ILLOPN, illegal);
#else
    EXPECT_FAULT(fault_of_call(call, illegal), SIGILL, ILL_ILLOPC, illegal);
#endif
}

CHECK(breakpoints)
{
    struct fault fault = fault_of_call(call, breakpoint);
    EXPECT_EQ(fault.signal, SIGTRAP);
#if defined(__x86_64__)
    EXPECT_EQ(fault.code, KERNEL_SENT);
#else
    EXPECT_EQ(fault.code, TRAP_BRKPT);
    EXPECT(fault.address == (char *)breakpoint);
#endif
}

CHECK(privileged_instructions)
{
#if defined(__x86_64__)
    EXPECT_FAULT(fault_of_call(call, privileged), SIGSEGV, KERNEL_SENT, NULL);
    EXPECT_FAULT(fault_of_call(call, port), SIGSEGV, KERNEL_SENT, NULL);
    EXPECT_FAULT(fault_of_call(call, no_interrupts), SIGSEGV, KERNEL_SENT, NULL);
    EXPECT_FAULT(fault_of_call(call, software_interrupt), SIGSEGV, KERNEL_SENT, NULL);
    EXPECT_FAULT(fault_of_call(call, model_register), SIGSEGV, KERNEL_SENT, NULL);
#else
    EXPECT_FAULT(fault_of_call(call, privileged), SIGILL, ILL_ILLOPC, privileged);
#endif
}

static volatile long zero, quotient;

static void divide(void *dividend)
{
    quotient = *(volatile long *)dividend / zero;
}

CHECK(division_by_zero)
{
    volatile long dividend = 5;
    struct fault fault = fault_of_call(divide, (void *)&dividend);
#if defined(__x86_64__)
    EXPECT_EQ(fault.signal, SIGFPE);
    EXPECT_EQ(fault.code, FPE_INTDIV);
    EXPECT(fault.address >= (char *)divide && fault.address < (char *)divide + 64);
#else
    EXPECT_EQ(fault.signal, 0);
#endif
}

#if defined(__x86_64__)
static void divide_floats(void *unused)
{
    unsigned control = 0x1f80 & ~0x200u; /* MXCSR: division by zero is no longer masked */
    volatile double one = 1;
    (void)unused;
    __asm__ volatile("ldmxcsr %0" ::"m"(control));
    one = one / (double)zero;
}

CHECK(division_of_floats)
{
    struct fault fault = fault_of_call(divide_floats, NULL);
    if (fault.signal == 0)
        SKIP("this processor raises no exceptions of SSE, as QEMU's does not");
    EXPECT_EQ(fault.signal, SIGFPE);
    EXPECT_EQ(fault.code, FPE_FLTDIV);
}

static void step(void *unused)
{
    (void)unused;
    __asm__ volatile("pushfq\norl $0x100, (%%rsp)\npopfq\nnop\nnop" ::: "memory", "cc");
}

CHECK(single_steps)
{
    struct fault fault = fault_of_call(step, NULL);
    EXPECT_EQ(fault.signal, SIGTRAP);
    EXPECT_EQ(fault.code, TRAP_TRACE);
}

/* The trap of the step before would come at the kernel's first instruction. */
static void step_over_call(void *unused)
{
    (void)unused;
    __asm__ volatile("mov %%ss, %%r8d\npushfq\norl $0x100, (%%rsp)\nmov $39, %%eax\npopfq\n"
                     "mov %%r8d, %%ss\nsyscall\nnop\nnop" ::
                         : "rax", "rcx", "r8", "r11", "memory", "cc");
}

CHECK(single_steps_over_calls)
{
    for (int i = 0; i < 20; i++) {
        struct fault fault = fault_of_call(step_over_call, NULL);
        EXPECT_EQ(fault.signal, SIGTRAP);
        EXPECT_EQ(fault.code, TRAP_TRACE);
    }
}

CHECK(addresses_that_are_none)
{
    EXPECT_FAULT(fault_of_read((char *)0x1234567812345678), SIGSEGV, KERNEL_SENT, NULL);
    EXPECT_EQ(fault_of_call(call, (void *)0x1234567812345678).signal, SIGSEGV);
}
#endif

CHECK(jumps_to_nowhere)
{
    EXPECT_FAULT(fault_of_call(call, NULL), SIGSEGV, SEGV_MAPERR, NULL);
    EXPECT_EQ(fault_of_call(call, (void *)-PAGE).signal, SIGSEGV);
    char *memory =
        (char *)OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_FAULT(fault_of_call(call, memory), SIGSEGV, SEGV_ACCERR, memory);
}

/* How a child ends that faults with the signal so treated. */
static int end_of_fault(void (*treat)(void))
{
    pid_t child = OK(fork());
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        treat();
        fault_do_read(NULL);
        _exit(0);
    }
    int status = check_wait(child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

static void block_it(void)
{
    sigset_t all;
    sigfillset(&all);
    OK(sigprocmask(SIG_BLOCK, &all, NULL));
    fault_catch();
}

static void ignore_it(void)
{
    signal(SIGSEGV, SIG_IGN);
}

static void fault_again(int signal)
{
    (void)signal;
    fault_do_read(NULL);
    _exit(1);
}

static void handle_it_badly(void)
{
    signal(SIGSEGV, fault_again);
}

static void (*volatile nowhere)(int);

static void handle_it_nowhere(void)
{
    nowhere = (void (*)(int))0x1000;
    signal(SIGSEGV, nowhere);
}

CHECK(faults_cannot_be_blocked_or_ignored)
{
    EXPECT_EQ(end_of_fault(block_it), SIGSEGV);
    EXPECT_EQ(end_of_fault(ignore_it), SIGSEGV);
    EXPECT_EQ(end_of_fault(handle_it_badly), SIGSEGV);
    EXPECT_EQ(end_of_fault(handle_it_nowhere), SIGSEGV);
}

CHECK(faults_that_are_sent_are_signals_like_others)
{
    sigset_t set, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGSEGV);
    OK(sigprocmask(SIG_BLOCK, &set, NULL));
    OK(kill(getpid(), SIGSEGV));
    OK(sigpending(&pending));
    EXPECT(sigismember(&pending, SIGSEGV));
    signal(SIGSEGV, SIG_IGN);
    OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
}

CHECK(a_bad_stack_pointer_ends_the_culprit)
{
    pid_t child = OK(fork());
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        fault_catch();
#if defined(__x86_64__)
        __asm__ volatile("mov $0x1234567812345678, %%rsp\npush %%rax" ::: "memory");
#elif defined(__aarch64__)
        __asm__ volatile("mov sp, %0\nstr x0, [sp, #-16]!" ::"r"(0x12345670ul) : "memory");
#else
        __asm__ volatile("mv sp, %0\nsd x0, -16(sp)" ::"r"(0x12345670ul) : "memory");
#endif
        _exit(0);
    }
    EXPECT_KILLED(child, SIGSEGV);
}

CHECK(misaligned_atomics_end_or_work)
{
    pid_t child = OK(fork());
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        static char bytes[128] __attribute__((aligned(64)));
        long *volatile place = (long *)(bytes + 61);
        __atomic_fetch_add(place, 1, __ATOMIC_SEQ_CST);
        _exit(0);
    }
    int status = check_wait(child);
    EXPECT(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS));
}
