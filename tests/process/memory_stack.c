/* Stacks: growth, overflow, the alternate one; and addresses where nothing can be. */
#include "check.h"
#include "fault.h"
#include <pthread.h>
#include <sys/resource.h>

/* Touches every page of so much stack, from the top. */
__attribute__((noinline)) static unsigned use_stack(unsigned nr_pages)
{
    volatile char page[PAGE];
    page[0] = (char)nr_pages;
    page[PAGE - 1] = 1;
    return (nr_pages ? use_stack(nr_pages - 1) : 0) + (unsigned char)page[PAGE - 1];
}

static void use_all(void *unused)
{
    (void)unused;
    use_stack(1u << 30);
}

static void set_alternate(char *base, size_t size)
{
    const stack_t stack = {.ss_sp = base, .ss_size = size};
    OK(sigaltstack(&stack, NULL));
}

static char alternate[64 * 1024];

CHECK(the_stack_grows)
{
    EXPECT_EQ(use_stack(1000), 1001);
}

CHECK(maps_leave_the_stack_its_room)
{
    for (int i = 0; i < 100; i++)
        OK(mmap(NULL, 16 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_EQ(use_stack(1500), 1501);
}

CHECK(calls_make_the_stack_grow)
{
    int ends[2];
    char here, *below = &here - 100 * PAGE;
    OK(pipe(ends));
    EXPECT_EQ(write(ends[1], "x", 1), 1);
    EXPECT_EQ(read(ends[0], below, 1), 1);
    EXPECT_EQ(*below, 'x');
}

CHECK(other_stacks_grow_as_well)
{
    const size_t room = 1024 * PAGE;
    char *place = (char *)OK(mmap(NULL, room, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    OK(munmap(place, room - 4 * PAGE));
    char *stack = (char *)OK(mmap(place + room - PAGE, PAGE, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_GROWSDOWN, -1, 0));
    OK(munmap(place + room - 4 * PAGE, 3 * PAGE));
    for (int i = 0; i < 100; i++)
        stack[-i * (int)PAGE] = (char)i;
    EXPECT_EQ(stack[-99 * (int)PAGE], 99);
}

CHECK(overflow_is_a_signal_on_the_alternate_stack)
{
    struct rlimit limit = {1 << 20, 1 << 20};
    OK(setrlimit(RLIMIT_STACK, &limit));
    set_alternate(alternate, sizeof alternate);
    struct fault fault = fault_of_call(use_all, NULL);
    EXPECT_EQ(fault.signal, SIGSEGV);
    char here;
    EXPECT(fault.address < &here && fault.address > &here - (2 << 20));
    EXPECT_EQ(fault_of_call(use_all, NULL).signal, SIGSEGV);
}

CHECK(overflow_without_one_ends_the_process)
{
    pid_t child = OK(fork());
    if (child == 0) {
        struct rlimit limit = {1 << 20, 1 << 20}, none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        OK(setrlimit(RLIMIT_STACK, &limit));
        fault_catch();
        use_all(NULL);
        _exit(0);
    }
    EXPECT_KILLED(child, SIGSEGV);
}

static void *thread_overflow(void *base)
{
    set_alternate(alternate, sizeof alternate);
    struct fault fault = fault_of_call(use_all, NULL);
    EXPECT_EQ(fault.signal, SIGSEGV);
    EXPECT(fault.address < (char *)base && fault.address >= (char *)base - PAGE);
    return NULL;
}

CHECK(a_threads_guard_page_holds)
{
    const size_t size = 64 * 1024;
    pthread_attr_t attributes;
    pthread_t thread;
    char *stack =
        (char *)OK(mmap(NULL, size + PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    OK(mprotect(stack + PAGE, size, PROT_READ | PROT_WRITE));
    pthread_attr_init(&attributes);
    EXPECT_EQ(pthread_attr_setstack(&attributes, stack + PAGE, size), 0);
    EXPECT_EQ(pthread_create(&thread, &attributes, thread_overflow, stack + PAGE), 0);
    EXPECT_EQ(pthread_join(thread, NULL), 0);
}

static stack_t seen_stack;
static volatile int seen_errno;

static void look_at_stack(int signal)
{
    const stack_t other = {.ss_sp = alternate, .ss_size = sizeof alternate};
    (void)signal;
    sigaltstack(NULL, &seen_stack);
    seen_errno = sigaltstack(&other, NULL) < 0 ? errno : 0;
    char here;
    if (&here < alternate || &here >= alternate + sizeof alternate)
        seen_errno = -1;
}

CHECK(the_alternate_stack_says_when_it_is_in_use)
{
    stack_t stack;
    struct sigaction action = {.sa_handler = look_at_stack, .sa_flags = SA_ONSTACK};
    OK(sigaltstack(NULL, &stack));
    EXPECT_EQ(stack.ss_flags, SS_DISABLE);
    set_alternate(alternate, sizeof alternate);
    OK(sigaction(SIGUSR1, &action, NULL));
    OK(raise(SIGUSR1));
    EXPECT_EQ(seen_stack.ss_flags, SS_ONSTACK);
    EXPECT(seen_stack.ss_sp == alternate && seen_stack.ss_size == sizeof alternate);
    EXPECT_EQ(seen_errno, EPERM);
    OK(sigaltstack(NULL, &stack));
    EXPECT_EQ(stack.ss_flags, 0);
    stack.ss_flags = SS_DISABLE;
    OK(sigaltstack(&stack, NULL));
    OK(raise(SIGUSR1));
    EXPECT_EQ(seen_errno, -1);
}

CHECK(sigaltstack_refuses_bad_arguments)
{
    stack_t small = {.ss_sp = alternate, .ss_size = 512};
    stack_t flags = {.ss_sp = alternate, .ss_size = sizeof alternate, .ss_flags = 77};
    EXPECT_FAILS(ENOMEM, syscall(SYS_sigaltstack, &small, NULL));
    EXPECT_FAILS(EINVAL, syscall(SYS_sigaltstack, &flags, NULL));
    EXPECT_FAILS(EFAULT, syscall(SYS_sigaltstack, (void *)8, NULL));
    EXPECT_FAILS(EFAULT, syscall(SYS_sigaltstack, NULL, (void *)8));
}

CHECK(a_child_keeps_the_alternate_stack)
{
    set_alternate(alternate, sizeof alternate);
    pid_t child = OK(fork());
    if (child == 0) {
        stack_t stack;
        OK(sigaltstack(NULL, &stack));
        EXPECT(stack.ss_sp == alternate && stack.ss_flags == 0);
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

CHECK(a_handler_without_a_stack_to_run_on_ends_the_process)
{
    pid_t child = OK(fork());
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        fault_catch();
        char *hole = mmap(NULL, 16 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        set_alternate(hole, 16 * PAGE);
        fault_do_read(hole);
        _exit(0);
    }
    EXPECT_KILLED(child, SIGSEGV);
}

CHECK(the_zero_page_is_never_there)
{
    EXPECT_FAULT(fault_of_read(NULL), SIGSEGV, SEGV_MAPERR, NULL);
    EXPECT_FAULT(fault_of_write((char *)100), SIGSEGV, SEGV_MAPERR, (char *)100);
}

CHECK(the_kernels_addresses_are_a_signal)
{
    char *top = (char *)-PAGE;
    EXPECT_EQ(fault_of_read(top).signal, SIGSEGV);
    EXPECT_EQ(fault_of_write(top).signal, SIGSEGV);
    EXPECT_EQ(fault_of_read((char *)(1ul << 63)).signal, SIGSEGV);
    EXPECT_EQ(fault_of_read((char *)(1ul << 60)).signal, SIGSEGV);
}
