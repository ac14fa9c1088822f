/* execve: arguments, environment, what stays and what goes, scripts, errors. This program is also
 * what it executes: with --as WORD it says something of itself. */
#define CHECK_MAIN check_main
#include "check.h"
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <limits.h>

static const char *self;

/* The exit status of this program run so, with these words and environment. */
static int run_with(const char *path, char **arguments, char **environment)
{
    pid_t child = OK(fork());
    if (child == 0) {
        execve(path, arguments, environment);
        _exit(errno == ENOENT ? 254 : 253);
    }
    int status = check_wait(child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int run_as(const char *word, const char *argument)
{
    char *arguments[] = {"check", "--as", (char *)word, (char *)argument, NULL};
    char *environment[] = {"A=1", "B=", NULL};
    return run_with(self, arguments, environment);
}

/* What the executed program says of itself, as its exit status. */
static int say(int argc, char **argv)
{
    const char *word = argv[2], *argument = argc > 3 ? argv[3] : "";
    unsigned char present[1];
    sigset_t mask;
    struct sigaction action;
    if (strcmp(word, "argc") == 0)
        return argc;
    if (strcmp(word, "environment") == 0)
        return !(environ[0] && strcmp(environ[0], "A=1") == 0 && strcmp(environ[1], "B=") == 0 &&
                 !environ[2]);
    if (strcmp(word, "descriptor") == 0)
        return fcntl(atoi(argument), F_GETFD) < 0 ? 1 : 0;
    if (strcmp(word, "blocked") == 0)
        return sigprocmask(0, NULL, &mask) < 0 || !sigismember(&mask, atoi(argument));
    if (strcmp(word, "pending") == 0)
        return sigpending(&mask) < 0 || !sigismember(&mask, atoi(argument));
    if (strcmp(word, "ignored") == 0)
        return sigaction(atoi(argument), NULL, &action) < 0 || action.sa_handler != SIG_IGN;
    if (strcmp(word, "default") == 0)
        return sigaction(atoi(argument), NULL, &action) < 0 || action.sa_handler != SIG_DFL;
    if (strcmp(word, "pid") == 0)
        return getpid() != atoi(argument);
    if (strcmp(word, "alternate") == 0) {
        stack_t stack;
        return sigaltstack(NULL, &stack) < 0 || stack.ss_flags != SS_DISABLE;
    }
    if (strcmp(word, "name") == 0) {
        char name[16];
        return prctl(PR_GET_NAME, name) < 0 || strcmp(name, argument) != 0;
    }
    if (strcmp(word, "auxiliary") == 0)
        return !(getauxval(AT_PAGESZ) == PAGE && getauxval(AT_RANDOM) && getauxval(AT_PHDR) &&
                 getauxval(AT_UID) == getuid() && getauxval(AT_CLKTCK) == 100 &&
                 strcmp((char *)getauxval(AT_EXECFN), argument) == 0);
    if (strcmp(word, "random") == 0)
        return *(unsigned char *)getauxval(AT_RANDOM);
    if (strcmp(word, "memory") == 0)
        return mincore((void *)strtoul(argument, NULL, 0), PAGE, present) < 0 ? errno != ENOMEM : 1;
    if (strcmp(word, "strings") == 0)
        return !(argc == 6 && strcmp(argument, "one two") == 0 && argv[4][0] == 0 &&
                 strcmp(argv[5], "\xff\n") == 0);
    if (strcmp(word, "long") == 0)
        return strlen(argument) != 100000;
    return 99;
}

CHECK(arguments_arrive)
{
    EXPECT_EQ(run_as("argc", NULL), 3);
    EXPECT_EQ(run_as("argc", "x"), 4);
    char *arguments[] = {"check", "--as", "strings", "one two", "", "\xff\n", NULL};
    EXPECT_EQ(run_with(self, arguments, environ), 0);
    static char text[100001];
    memset(text, 'x', 100000);
    EXPECT_EQ(run_as("long", text), 0);
}

CHECK(the_environment_arrives)
{
    EXPECT_EQ(run_as("environment", NULL), 0);
}

CHECK(the_auxiliary_vector)
{
    EXPECT_EQ(run_as("auxiliary", self), 0);
    int first = run_as("random", NULL);
    bool differs = false;
    for (int i = 0; i < 8 && !differs; i++)
        differs = run_as("random", NULL) != first;
    EXPECT(differs);
}

CHECK(descriptors_stay_unless_marked)
{
    char number[16];
    int file = OK(open("/", O_RDONLY));
    snprintf(number, sizeof number, "%d", file);
    EXPECT_EQ(run_as("descriptor", number), 0);
    OK(fcntl(file, F_SETFD, FD_CLOEXEC));
    EXPECT_EQ(run_as("descriptor", number), 1);
    OK(fcntl(file, F_GETFD));
}

static void handler(int signal)
{
    (void)signal;
}

CHECK(signals_masks_stay_and_handlers_go)
{
    char usr1[16], usr2[16], hup[16];
    sigset_t mask;
    snprintf(usr1, sizeof usr1, "%d", SIGUSR1);
    snprintf(usr2, sizeof usr2, "%d", SIGUSR2);
    snprintf(hup, sizeof hup, "%d", SIGHUP);
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    OK(sigprocmask(SIG_BLOCK, &mask, NULL));
    signal(SIGUSR2, SIG_IGN);
    signal(SIGHUP, handler);
    EXPECT_EQ(run_as("blocked", usr1), 0);
    EXPECT_EQ(run_as("ignored", usr2), 0);
    EXPECT_EQ(run_as("default", hup), 0);
    EXPECT_EQ(run_as("default", usr1), 0);
    EXPECT_EQ(run_as("pending", usr1), 1);
}

CHECK(pending_signals_stay)
{
    char usr1[16];
    sigset_t mask;
    snprintf(usr1, sizeof usr1, "%d", SIGUSR1);
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    OK(sigprocmask(SIG_BLOCK, &mask, NULL));
    pid_t child = OK(fork());
    if (child == 0) {
        OK(raise(SIGUSR1));
        execl(self, "check", "--as", "pending", usr1, NULL);
        _exit(9);
    }
    EXPECT_EXITS(child, 0);
}

CHECK(the_pid_stays)
{
    pid_t child = OK(fork());
    if (child == 0) {
        char number[16];
        snprintf(number, sizeof number, "%d", getpid());
        execl(self, "check", "--as", "pid", number, NULL);
        _exit(9);
    }
    EXPECT_EXITS(child, 0);
}

CHECK(the_alternate_stack_goes)
{
    static char stack[65536];
    const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    OK(sigaltstack(&alternate, NULL));
    EXPECT_EQ(run_as("alternate", NULL), 0);
}

CHECK(the_name_is_the_files)
{
    char name[16];
    OK(prctl(PR_SET_NAME, "something quite else"));
    OK(prctl(PR_GET_NAME, name));
    EXPECT(strcmp(name, "something quite") == 0);
    check_directory();
    OK(symlink(self, "a-name-that-is-too-long"));
    char *arguments[] = {"check", "--as", "name", "a-name-that-is-", NULL};
    EXPECT_EQ(run_with("./a-name-that-is-too-long", arguments, environ), 0);
}

static void make_script(const char *name, const char *text)
{
    close(check_file(name, text));
    OK(chmod(name, 0755));
}

CHECK(scripts_run_their_interpreter)
{
    char text[PATH_MAX + 32], *arguments[] = {"zero", "one", "two", NULL};
    check_directory();
    snprintf(text, sizeof text, "#!%s --as\n", self);
    make_script("script", text);
    /* SELF --as ./script one two: an unknown word. */
    EXPECT_EQ(run_with("./script", arguments, environ), 99);
    snprintf(text, sizeof text, "#! \t %s", self);
    make_script("argc", text);
    OK(rename("argc", "--as"));
    char *words[] = {"zero", "argc", NULL};
    OK(chdir("."));
    EXPECT_EQ(run_with("--as", words, environ), 3);
}

CHECK(scripts_of_scripts)
{
    char text[PATH_MAX + 32], *arguments[] = {"zero", NULL};
    check_directory();
    snprintf(text, sizeof text, "#!%s --as\n", self);
    make_script("first", text);
    make_script("second", "#!./first\n");
    EXPECT_EQ(run_with("./second", arguments, environ), 99);
    make_script("self", "#!./self\n");
    EXPECT_FAILS(ELOOP, execve("./self", arguments, environ));
    make_script("lost", "#!/nothing/here\n");
    EXPECT_FAILS(ENOENT, execve("./lost", arguments, environ));
    make_script("empty", "#!\n");
    EXPECT_FAILS(ENOEXEC, execve("./empty", arguments, environ));
}

CHECK(execve_refuses)
{
    char *arguments[] = {"x", NULL};
    check_directory();
    close(check_file("plain", "hello"));
    EXPECT_FAILS(EACCES, execve("./plain", arguments, environ));
    OK(chmod("plain", 0755));
    EXPECT_FAILS(ENOEXEC, execve("./plain", arguments, environ));
    make_script("empty", "");
    EXPECT_FAILS(ENOEXEC, execve("./empty", arguments, environ));
    make_script("elf", "\177ELF and then nothing of the kind that one would hope for, alas, alas");
    EXPECT_FAILS(ENOEXEC, execve("./elf", arguments, environ));
    EXPECT_FAILS(ENOENT, execve("./no", arguments, environ));
    EXPECT_FAILS(ENOENT, execve("", arguments, environ));
    EXPECT_FAILS(EACCES, execve(".", arguments, environ));
    EXPECT_FAILS(ENOTDIR, execve("plain/x", arguments, environ));
    EXPECT_FAILS(EFAULT, execve(BAD, arguments, environ));
    EXPECT_FAILS(EFAULT, execve(self, BAD, environ));
    arguments[0] = BAD;
    EXPECT_FAILS(EFAULT, execve(self, arguments, environ));
}

CHECK(arguments_have_a_limit)
{
    static char text[200001];
    char *arguments[] = {"check", "--as", "long", text, NULL};
    memset(text, 'x', 200000);
    EXPECT_FAILS(E2BIG, execve(self, arguments, environ));
    static char *many[200];
    text[100000] = 0;
    for (int i = 0; i < 199; i++)
        many[i] = text;
    EXPECT_FAILS(E2BIG, execve(self, many, environ));
}

CHECK(execveat_starts_at_a_directory)
{
    char *arguments[] = {"check", "--as", "argc", NULL};
    pid_t child = OK(fork());
    if (child == 0) {
        int file = OK(open(self, O_RDONLY));
        syscall(SYS_execveat, file, "", arguments, environ, AT_EMPTY_PATH);
        _exit(98);
    }
    EXPECT_EXITS(child, 3);
    EXPECT_FAILS(ENOENT, syscall(SYS_execveat, AT_FDCWD, "", arguments, environ, 0));
    EXPECT_FAILS(EBADF, syscall(SYS_execveat, 99, "x", arguments, environ, 0));
}

CHECK_AS_ROOT(a_running_file_cannot_be_written)
{
    EXPECT_FAILS(ETXTBSY, open(self, O_WRONLY));
}

CHECK(vfork_and_execve)
{
    char *arguments[] = {"check", "--as", "argc", NULL};
    for (int i = 0; i < 20; i++) {
        pid_t child = vfork();
        if (child == 0) {
            execve(self, arguments, environ);
            _exit(98);
        }
        EXPECT_EXITS(OK(child), 3);
    }
}

CHECK(memory_goes)
{
    char number[32];
    void *memory = mmap((void *)0x123456000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    snprintf(number, sizeof number, "%p", memory);
    EXPECT_EQ(run_as("memory", number), 0);
}

int main(int argc, char **argv)
{
    static char path[PATH_MAX];
    if (argc > 2 && strcmp(argv[1], "--as") == 0)
        return say(argc, argv);
    if (readlink("/proc/self/exe", path, sizeof path - 1) < 0 && !realpath(argv[0], path))
        return 1;
    self = path;
    return check_main(argc, argv);
}
