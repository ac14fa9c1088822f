/* The other ways to make processes: vfork, clone, clone3. */
#include "check.h"
#include <sched.h>

static volatile int vfork_count;

CHECK(vfork_shares_memory_and_waits)
{
    pid_t child = vfork();
    if (child == 0) {
        vfork_count = 7;
        _exit(1);
    }
    EXPECT_EQ(vfork_count, 7);
    EXPECT_EXITS(OK(child), 1);
}

static int clone_body(void *argument)
{
    ++*(volatile int *)argument;
    return 6;
}

static char clone_stack[65536] __attribute__((aligned(16)));

CHECK(clone_with_shared_memory)
{
    static volatile int count;
    pid_t child = OK(clone(clone_body, clone_stack + sizeof clone_stack,
                           CLONE_VM | CLONE_VFORK | SIGCHLD, (void *)&count));
    EXPECT_EXITS(child, 6);
    EXPECT_EQ(count, 1);
    child = OK(clone(clone_body, clone_stack + sizeof clone_stack, SIGCHLD, (void *)&count));
    EXPECT_EXITS(child, 6);
    EXPECT_EQ(count, 1);
}

static int clone_open(void *argument)
{
    (void)argument;
    return chdir("/") < 0 || open("/", O_RDONLY) < 0;
}

CHECK(clone_with_shared_files)
{
    char name[64];
    check_directory();
    int next = OK(dup(0));
    close(next);
    pid_t child = OK(clone(clone_open, clone_stack + sizeof clone_stack,
                           CLONE_FILES | CLONE_FS | SIGCHLD, NULL));
    EXPECT_EXITS(child, 0);
    OK(fcntl(next, F_GETFD));
    EXPECT(getcwd(name, sizeof name) && strcmp(name, "/") == 0);
}

CHECK(clone_without_a_signal_needs_wclone)
{
    int status;
    pid_t child = OK(clone(clone_body, clone_stack + sizeof clone_stack, 0, check_shared(PAGE)));
    EXPECT_FAILS(ECHILD, waitpid(child, &status, 0));
    EXPECT_EQ(waitpid(child, &status, __WCLONE), child);
    EXPECT_EQ(WEXITSTATUS(status), 6);
}

CHECK(clone_refuses_what_does_not_fit)
{
    EXPECT_FAILS(EINVAL, syscall(SYS_clone, CLONE_SIGHAND, 0, 0, 0, 0));
    EXPECT_FAILS(EINVAL, syscall(SYS_clone, CLONE_THREAD | CLONE_VM, 0, 0, 0, 0));
}

CHECK(clone_writes_the_new_pid)
{
    volatile int *ids = check_shared(PAGE);
    pid_t child = (pid_t)syscall(SYS_clone, CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD, 0,
#if defined(__x86_64__)
                                 &ids[0], &ids[1], 0);
#else
                                 &ids[0], 0, &ids[1]);
#endif
    if (child == 0)
        _exit(ids[1] == (int)syscall(SYS_getpid) ? 0 : 1);
    EXPECT_EQ(ids[0], OK(child));
    EXPECT_EXITS(child, 0);
}

/* As include/uapi/linux/sched.h has it. */
struct clone_arguments {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

CHECK(clone3)
{
    struct clone_arguments arguments = {.exit_signal = SIGCHLD};
    pid_t child = (pid_t)syscall(435, &arguments, sizeof arguments);
    if (child == 0)
        _exit(8);
    if (child < 0 && errno == ENOSYS)
        SKIP("there is no clone3");
    EXPECT_EXITS(OK(child), 8);
    EXPECT_FAILS(EINVAL, syscall(435, &arguments, 8));
    EXPECT_FAILS(EFAULT, syscall(435, 8, sizeof arguments));
    arguments.exit_signal = 1000;
    EXPECT_FAILS(EINVAL, syscall(435, &arguments, sizeof arguments));
}
