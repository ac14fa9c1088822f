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

/* Opening an end of a pipe by its name is having one more of either end. */
CHECK(pipes_are_opened_anew)
{
    int ends[2];
    char name[64], text[8] = "";
    OK(pipe(ends));
    snprintf(name, sizeof name, "/proc/self/fd/%d", ends[0]);
    int writer = OK(open(name, O_WRONLY)), reader = OK(open(name, O_RDONLY));
    EXPECT_EQ(write(writer, "a", 1), 1);
    EXPECT_EQ(read(reader, text, 1), 1);
    OK(close(ends[1]));
    OK(close(ends[0]));
    EXPECT_EQ(write(writer, "b", 1), 1);
    OK(close(writer));
    EXPECT_EQ(read(reader, text, 8), 1);
    EXPECT_EQ(text[0], 'b');
    EXPECT_EQ(read(reader, text, 8), 0);
}

/* Files keep their node when their name is another or gone, and links lead to it. */
CHECK(open_files_that_lost_their_name)
{
    char name[64], path[PATH_MAX] = "", wanted[PATH_MAX], byte;
    struct stat one, other;
    check_directory();
    int file = check_file("a", "hello");
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    OK(rename("a", "b"));
    EXPECT(getcwd(wanted, sizeof wanted - 16));
    OK(readlink(name, path, sizeof path));
    EXPECT(strcmp(path + strlen(wanted), "/b") == 0);
    OK(rename("b", "a"));
    OK(unlink("a"));
    memset(path, 0, sizeof path);
    OK(readlink(name, path, sizeof path));
    EXPECT(strcmp(path + strlen(wanted), "/a (deleted)") == 0);
    OK(fstat(file, &one));
    OK(stat(name, &other));
    EXPECT_EQ(one.st_ino, other.st_ino);
    int again = OK(open(name, O_RDWR));
    EXPECT_EQ(read(again, &byte, 1), 1);
    OK(lstat(name, &other));
    EXPECT(S_ISLNK(other.st_mode));
    EXPECT_EQ(other.st_mode & 0700, 0700);
}

CHECK(memory_files_are_told_by_name)
{
    char name[64], path[PATH_MAX] = "";
    int file = OK(syscall(SYS_memfd_create, "some name", 0));
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    OK(readlink(name, path, sizeof path));
    EXPECT(strcmp(path, "/memfd:some name (deleted)") == 0);
    EXPECT_EQ(write(file, "x", 1), 1);
    int again = OK(open(name, O_RDONLY));
    EXPECT_EQ(read(again, path, 9), 1);
}

CHECK(directories_are_entered)
{
    char name[64], path[PATH_MAX] = "", wanted[PATH_MAX];
    check_directory();
    EXPECT(getcwd(wanted, sizeof wanted));
    OK(close(check_file("a", "hello")));
    int directory = OK(open(".", O_RDONLY));
    OK(chdir("/"));
    snprintf(name, sizeof name, "/proc/self/fd/%d/a", directory);
    OK(close(OK(open(name, O_RDONLY))));
    EXPECT_FAILS(ENOTDIR, open("/proc/self/exe/a", O_RDONLY));
    *strrchr(name, '/') = 0;
    OK(chdir(name));
    EXPECT(getcwd(path, sizeof path) && strcmp(path, wanted) == 0);
}

CHECK(about_open_files)
{
    char name[64];
    check_directory();
    int file = check_file("a", "hello");
    OK(lseek(file, 3, SEEK_SET));
    snprintf(name, sizeof name, "/proc/self/fdinfo/%d", file);
    EXPECT_EQ(field(name, "pos:"), 3);
    EXPECT_EQ(field(name, "flags:") & O_ACCMODE, O_RDWR);
}

CHECK(threads)
{
    char name[64], link[64] = "";
    snprintf(name, sizeof name, "/proc/self/task/%d/stat", (int)getpid());
    EXPECT_EQ(atoi(contents(name)), getpid());
    OK(readlink("/proc/thread-self", link, sizeof link));
    snprintf(name, sizeof name, "%d/task/%d", (int)getpid(), (int)getpid());
    EXPECT(strcmp(link, name) == 0);
    EXPECT_FAILS(ENOENT, open("/proc/self/task/1/stat", O_RDONLY));
}

CHECK(all_processes_are_listed)
{
    bool self = false, number = false;
    DIR *directory = opendir("/proc");
    EXPECT(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        self |= strcmp(entry->d_name, "self") == 0;
        number |= atoi(entry->d_name) == getpid();
    }
    EXPECT(self && number);
    struct stat status;
    OK(stat("/proc/self/stat", &status));
    EXPECT_EQ(status.st_size, 0);
    EXPECT_EQ(status.st_uid, geteuid());
}

/* Whatever becomes of a process, its files tell of it, or that it is gone. */
static void read_all_of(const char *process)
{
    static const char *names[] = {"stat", "status", "maps",   "cmdline", "environ", "comm",
                                  "statm", "mounts", "limits", "fd",      "task",    "exe"};
    char name[300];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(name, sizeof name, "/proc/%s/%s", process, names[i]);
        ssize_t size = readlink(name, text, sizeof text);
        int file = open(name, O_RDONLY | O_NONBLOCK);
        while (file >= 0 && (size = read(file, text, sizeof text)) > 0)
            ;
        EXPECT(size >= 0 || errno == ENOENT || errno == ESRCH || errno == EINVAL ||
               errno == EACCES || errno == EISDIR || errno == EIO);
        if (file >= 0)
            OK(close(file));
    }
}

CHECK(processes_that_come_and_go)
{
    pid_t parents[3];
    for (int i = 0; i < 3; i++) {
        parents[i] = OK(fork());
        if (parents[i] != 0)
            continue;
        char *arguments[] = {"/proc/self/exe", "--here", "no such check", NULL};
        close(1);
        for (int n = 0; n < 40; n++) {
            pid_t child = OK(fork());
            if (child == 0) {
                if (n % 2)
                    execv(arguments[0], arguments);
                _exit(0);
            }
            OK(waitpid(child, NULL, 0));
        }
        _exit(0);
    }
    for (int left = 3; left > 0;) {
        DIR *directory = opendir("/proc");
        EXPECT(directory);
        for (struct dirent *entry; (entry = readdir(directory));)
            if (atoi(entry->d_name) >= parents[0])
                read_all_of(entry->d_name);
        closedir(directory);
        int status;
        while (left > 0 && OK(waitpid(-1, &status, WNOHANG)) > 0) {
            EXPECT_EQ(status, 0);
            left--;
        }
    }
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

CHECK(text_is_made_anew_from_the_beginning)
{
    char before[64] = "", after[64] = "";
    int file = OK(open("/proc/self/comm", O_RDONLY));
    OK(prctl(PR_SET_NAME, "one"));
    EXPECT_EQ(read(file, before, 2), 2);
    OK(prctl(PR_SET_NAME, "two"));
    EXPECT_EQ(read(file, before + 2, sizeof before - 2), 2);
    EXPECT(strcmp(before, "one\n") == 0);
    OK(lseek(file, 0, SEEK_SET));
    OK(read(file, after, sizeof after));
    EXPECT(strcmp(after, "two\n") == 0);
}

CHECK(ones_name_can_be_set)
{
    int file = OK(open("/proc/self/comm", O_WRONLY | O_TRUNC));
    EXPECT_EQ(write(file, "much longer than fits", 21), 21);
    EXPECT(strcmp(contents("/proc/self/comm"), "much longer tha\n") == 0);
}

CHECK(the_environment_and_limits)
{
    struct stat status;
    OK(stat("/proc/self/environ", &status));
    EXPECT_EQ(status.st_mode & 0777, 0400);
    contents("/proc/self/environ");
    EXPECT(strstr(contents("/proc/self/limits"), "\nMax open files "));
    EXPECT(strncmp(text, "Limit ", 6) == 0);
    int file = OK(open("/proc/self/auxv", O_RDONLY));
    EXPECT_EQ(read(file, text, sizeof text) % 16, 0);
}

CHECK_AS_ROOT(others_are_kept_out)
{
    char name[64];
    snprintf(name, sizeof name, "/proc/%d/environ", (int)getpid());
    pid_t child = OK(fork());
    if (child == 0) {
        OK(setresuid(4321, 4321, 4321));
        EXPECT_FAILS(EACCES, open(name, O_RDONLY));
        strcpy(strrchr(name, '/'), "/fd");
        EXPECT_FAILS(EACCES, open(name, O_RDONLY));
        strcpy(strrchr(name, '/'), "/exe");
        EXPECT_FAILS(EACCES, readlink(name, text, sizeof text));
        strcpy(strrchr(name, '/'), "/comm");
        OK(close(OK(open(name, O_RDONLY))));
        EXPECT_FAILS(EACCES, open(name, O_WRONLY));
        _exit(0);
    }
    EXPECT_EXITS(child, 0);
}

CHECK(settings)
{
    char again[64];
    EXPECT(strcmp(contents("/proc/sys/kernel/ostype"), "Linux\n") == 0);
    EXPECT(field("/proc/sys/kernel/pid_max", "") > 1000);
    EXPECT_EQ(field("/proc/sys/kernel/ngroups_max", ""), 65536);
    EXPECT(field("/proc/sys/fs/pipe-max-size", "") >= 1 << 20);
    EXPECT(field("/proc/sys/vm/overcommit_memory", "") <= 2);
    strcpy(again, contents("/proc/sys/kernel/random/boot_id"));
    EXPECT_EQ(strlen(again), 37);
    EXPECT(strcmp(again, contents("/proc/sys/kernel/random/boot_id")) == 0);
    strcpy(again, contents("/proc/sys/kernel/random/uuid"));
    EXPECT(strcmp(again, contents("/proc/sys/kernel/random/uuid")) != 0);
    EXPECT_FAILS(ENOENT, open("/proc/sys/kernel/nothing", O_RDONLY));
}

CHECK(it_cannot_be_changed)
{
    EXPECT(open("/proc/new", O_RDWR | O_CREAT, 0666) < 0);
    EXPECT(unlink("/proc/self/stat") < 0);
    EXPECT(mkdir("/proc/d", 0777) < 0);
}
