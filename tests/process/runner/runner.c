/* runner.c LIST: runs test programs one after another, as processes, and says on its standard
 * output what each wrote and how it ended. The same on every system that runs Linux's programs.
 *
 * LIST has lines `WORD VALUE`: test NAME, directory DIR, set NAME=VALUE, stdin FILE, output FILE
 * (which the test writes itself), seconds N, argument WORD (the program first), and `run`, which
 * runs what the lines since the last one say. The answer to each: `test NAME`; what it wrote, as
 * `|LINE`, with \xHH for bytes that a terminal might change, and `>` when the last line has no end;
 * and `status N`, `signal N` or `timeout`. At the end: `all run`. */
#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { words_max = 256, shown_max = 1 << 20 };

struct test {
    char *name, *directory, *input, *output;
    unsigned seconds;
    char *arguments[words_max], *environment[words_max];
    int nr_arguments, nr_variables;
};

static char captured[] = "/tmp/output-XXXXXX";

/* Not exit, which would move the list's place for the parent. */
static void fail(const char *what)
{
    perror(what);
    _exit(2);
}

/* ---- the list ---- */

static void add(char **words, int *count, char *value)
{
    if (*count >= words_max - 1)
        fail("too many words");
    words[(*count)++] = value;
}

static void start_over(struct test *test)
{
    memset(test, 0, sizeof *test);
    test->seconds = 60;
    add(test->environment, &test->nr_variables, "PATH=/bin:/usr/bin");
    add(test->environment, &test->nr_variables, "HOME=/");
}

static void take(struct test *test, const char *word, char *value)
{
    if (!strcmp(word, "test"))
        test->name = value;
    else if (!strcmp(word, "directory"))
        test->directory = value;
    else if (!strcmp(word, "stdin"))
        test->input = value;
    else if (!strcmp(word, "output"))
        test->output = value;
    else if (!strcmp(word, "seconds"))
        test->seconds = (unsigned)atoi(value);
    else if (!strcmp(word, "set"))
        add(test->environment, &test->nr_variables, value);
    else if (!strcmp(word, "argument"))
        add(test->arguments, &test->nr_arguments, value);
    else
        fail(word);
}

/* ---- one test ---- */

static void move_to(int to, const char *path, int flags)
{
    int fd = open(path, flags, 0644);
    if (fd < 0 || dup2(fd, to) < 0)
        fail(path);
    close(fd);
}

/* Whoever started us may ignore some, as nohup does; a shell cannot trap what it was started
 * without. */
static void take_all_signals(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
}

static void become(struct test *test)
{
    setpgid(0, 0);
    take_all_signals();
    if (test->directory && chdir(test->directory))
        fail(test->directory);
    move_to(0, test->input ? test->input : "/dev/null", O_RDONLY);
    move_to(1, captured, O_WRONLY | O_TRUNC);
    dup2(1, 2);
    execve(test->arguments[0], test->arguments, test->environment);
    fail(test->arguments[0]);
}

static void on_alarm(int number)
{
    (void)number;
}

static int run(struct test *test, int *status)
{
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0)
        become(test);
    alarm(test->seconds);
    int in_time = waitpid(child, status, 0) == child;
    alarm(0);
    kill(-child, SIGKILL);
    if (!in_time) {
        kill(child, SIGKILL);
        waitpid(child, status, 0);
    }
    return in_time;
}

/* ---- what it says ---- */

static void show(const char *path)
{
    FILE *file = fopen(path, "r");
    int c, next = file ? getc(file) : EOF, begun = 0;
    for (long n = 0; next != EOF && n < shown_max; n++) {
        c = next;
        next = getc(file);
        if (!begun)
            putchar('|');
        begun = c != '\n';
        if (c == '\n' || (isprint(c) && c != '\\'))
            putchar(c);
        else
            printf("\\x%02x", (unsigned)c);
    }
    if (begun)
        printf("\n>\n");
    if (file)
        fclose(file);
}

static void perform(struct test *test)
{
    int status = 0;
    printf("test %s\n", test->name);
    fflush(stdout);
    int in_time = run(test, &status);
    show(test->output ? test->output : captured);
    if (!in_time)
        printf("timeout\n");
    else if (WIFSIGNALED(status))
        printf("signal %d\n", WTERMSIG(status));
    else
        printf("status %d\n", WEXITSTATUS(status));
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct sigaction action = {.sa_handler = on_alarm}; /* without SA_RESTART: waitpid ends */
    char line[8192];
    struct test test;
    FILE *list = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (!list)
        fail("usage: runner LIST");
    sigaction(SIGALRM, &action, NULL);
    if (close(mkstemp(captured)))
        fail(captured);
    start_over(&test);
    while (fgets(line, sizeof line, list)) {
        line[strcspn(line, "\n")] = 0;
        char *value = strchr(line, ' ');
        if (value) {
            *value = 0;
            take(&test, line, strdup(value + 1));
        } else if (!strcmp(line, "run")) {
            perform(&test);
            start_over(&test);
        }
    }
    unlink(captured);
    printf("all run\n");
    return 0;
}
