/* /proc, as far as ordinary programs read it. */
#include "check.h"
#include <limits.h>
#include <sys/prctl.h>

static char text[65536];

static const char *contents(const char *name)
{
    int file = OK(open(name, O_RDONLY));
    long size = 0, got;
    while ((got = OK(read(file, text + size, sizeof text - 1 - (size_t)size))) > 0)
        size += got;
    text[size] = 0;
    OK(close(file));
    return text;
}

/* The number behind `name`, as lines of /proc have it. */
static long field(const char *file, const char *name)
{
    const char *at = strstr(contents(file), name);
    if (!at)
        FAIL("%s has no %s", file, name);
    return strtol(at + strlen(name), NULL, 0);
}

CHECK(self_is_oneself)
{
    char target[64] = "", name[64];
    OK(readlink("/proc/self", target, sizeof target));
    EXPECT_EQ(atoi(target), getpid());
    snprintf(name, sizeof name, "/proc/%d/stat", (int)getpid());
    EXPECT_EQ(atoi(contents(name)), getpid());
    EXPECT_FAILS(ENOENT, open("/proc/4194304/stat", O_RDONLY));
}

CHECK(the_executable)
{
    char path[PATH_MAX] = "";
    struct stat status;
    OK(readlink("/proc/self/exe", path, sizeof path));
    EXPECT(strstr(path, "check-proc"));
    OK(stat("/proc/self/exe", &status));
    EXPECT(S_ISREG(status.st_mode) && status.st_size > 10000);
}

CHECK(the_current_directory_and_root)
{
    char path[PATH_MAX] = "", wanted[PATH_MAX];
    check_directory();
    OK(readlink("/proc/self/cwd", path, sizeof path));
    EXPECT(getcwd(wanted, sizeof wanted) && strcmp(path, wanted) == 0);
    memset(path, 0, sizeof path);
    OK(readlink("/proc/self/root", path, sizeof path));
    EXPECT(strcmp(path, "/") == 0);
}

CHECK(open_files)
{
    char name[64], path[PATH_MAX] = "", wanted[PATH_MAX];
    check_directory();
    int file = check_file("a", "hello");
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    OK(readlink(name, path, sizeof path));
    EXPECT(getcwd(wanted, sizeof wanted) && strcmp(path, strcat(wanted, "/a")) == 0);
    int again = OK(open(name, O_RDONLY));
    char byte;
    EXPECT_EQ(read(again, &byte, 1), 1);
    EXPECT_EQ(lseek(file, 0, SEEK_CUR), 0);
    bool found = false;
    DIR *directory = opendir("/proc/self/fd");
    EXPECT(directory);
    for (struct dirent *entry; (entry = readdir(directory));)
        found |= atoi(entry->d_name) == file && entry->d_name[0] != '.';
    EXPECT(found);
    EXPECT_FAILS(ENOENT, open("/proc/self/fd/999", O_RDONLY));
}

CHECK(pipes_have_names)
{
    int ends[2];
    char name[64], path[64] = "";
    OK(pipe(ends));
    snprintf(name, sizeof name, "/proc/self/fd/%d", ends[0]);
    OK(readlink(name, path, sizeof path));
    EXPECT(strncmp(path, "pipe:[", 6) == 0);
}

CHECK(the_maps)
{
    char line[32];
    char *memory = (char *)OK(mmap(NULL, 3 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    OK(mprotect(memory + PAGE, PAGE, PROT_NONE));
    contents("/proc/self/maps");
    snprintf(line, sizeof line, "%lx-%lx ---p ", (long)memory + PAGE, (long)memory + 2 * PAGE);
    EXPECT(strstr(text, line));
    EXPECT(strstr(text, "r-xp"));
    EXPECT(strstr(text, "[stack]"));
    EXPECT(strstr(text, "check-proc"));
}

CHECK(the_status)
{
    OK(prctl(PR_SET_NAME, "a name"));
    EXPECT(strncmp(contents("/proc/self/status"), "Name:\ta name\n", 13) == 0);
    EXPECT_EQ(field("/proc/self/status", "\nPid:"), getpid());
    EXPECT_EQ(field("/proc/self/status", "\nPPid:"), getppid());
    EXPECT_EQ(field("/proc/self/status", "\nUid:"), getuid());
    EXPECT_EQ(field("/proc/self/status", "\nThreads:"), 1);
    EXPECT(field("/proc/self/status", "\nVmRSS:") > 0);
    EXPECT(strstr(contents("/proc/self/status"), "\nState:\tR"));
}

CHECK(the_stat_line)
{
    OK(prctl(PR_SET_NAME, "a) b"));
    const char *line = contents("/proc/self/stat"), *rest = strrchr(line, ')');
    EXPECT(strstr(line, " (a) b) R "));
    int parent, group, session;
    EXPECT_EQ(sscanf(rest, ") R %d %d %d", &parent, &group, &session), 3);
    EXPECT_EQ(parent, getppid());
    EXPECT_EQ(group, getpgrp());
    EXPECT_EQ(session, getsid(0));
}

CHECK(a_stopped_child_says_so)
{
    char name[64];
    int status;
    pid_t child = OK(fork());
    if (child == 0) {
        raise(SIGSTOP);
        _exit(0);
    }
    EXPECT_EQ(waitpid(child, &status, WUNTRACED), child);
    snprintf(name, sizeof name, "/proc/%d/stat", (int)child);
    EXPECT(strstr(contents(name), ") T "));
    OK(kill(child, SIGKILL));
    siginfo_t info;
    OK(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
    EXPECT(strstr(contents(name), ") Z "));
    EXPECT_KILLED(child, SIGKILL);
    EXPECT_FAILS(ENOENT, open(name, O_RDONLY));
}

CHECK(the_command_line)
{
    contents("/proc/self/cmdline");
    EXPECT(strstr(text, "check-proc"));
    contents("/proc/self/comm");
    EXPECT(strchr(text, '\n') == text + strlen(text) - 1);
}

CHECK(the_machine)
{
    EXPECT(field("/proc/meminfo", "MemTotal:") > field("/proc/meminfo", "MemFree:"));
    EXPECT(field("/proc/meminfo", "MemFree:") > 0);
    EXPECT(field("/proc/meminfo", "MemAvailable:") > 0);
    EXPECT(strstr(contents("/proc/cpuinfo"), "processor"));
    EXPECT(atof(contents("/proc/uptime")) > 0);
    EXPECT(strncmp(contents("/proc/version"), "Linux version ", 14) == 0);
    EXPECT(strncmp(contents("/proc/stat"), "cpu ", 4) == 0);
    double load;
    EXPECT_EQ(sscanf(contents("/proc/loadavg"), "%lf", &load), 1);
    EXPECT(strstr(contents("/proc/mounts"), " / "));
    EXPECT(strstr(contents("/proc/filesystems"), "tmpfs"));
}

CHECK(it_cannot_be_changed)
{
    EXPECT(open("/proc/new", O_RDWR | O_CREAT, 0666) < 0);
    EXPECT(unlink("/proc/self/stat") < 0);
    EXPECT(mkdir("/proc/d", 0777) < 0);
}
