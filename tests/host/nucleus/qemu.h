/* qemu.h: asks QEMU, where it is installed, what its machines look like. */
#ifndef TESTS_HOST_NUCLEUS_QEMU_H
#define TESTS_HOST_NUCLEUS_QEMU_H

#include "hosted.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>

#define QEMU_ARGUMENTS_MAX 48

static inline bool program_exists(const char *name)
{
    char command[256];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", name);
    return system(command) == 0;
}

/* Starts QEMU with arguments separated by spaces; it dies with the test. */
static inline pid_t qemu_start(const char *program, const char *arguments)
{
    if (!program_exists(program))
        SKIP("%s is not installed", program);
    pid_t parent = getpid(), child = fork();
    if (child != 0)
        return child;
    char copy[2048], *argv[QEMU_ARGUMENTS_MAX] = {NULL};
    unsigned n = 0;
    snprintf(copy, sizeof copy,
             "%s -accel tcg -display none -net none -serial none -monitor none %s", program,
             arguments);
    for (char *word = strtok(copy, " "); word && n < QEMU_ARGUMENTS_MAX - 1;
         word = strtok(NULL, " "))
        argv[n++] = word;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    dup2(open("/dev/null", O_RDWR), 1);
    dup2(1, 2);
    execvp(argv[0], argv);
    _exit(127);
}

static inline void qemu_stop(pid_t qemu)
{
    kill(qemu, SIGKILL);
    waitpid(qemu, NULL, 0);
}

/* The device tree of a machine, in memory of exactly its size. */
static inline uint8_t *qemu_device_tree(const char *program, const char *machine, const char *more,
                                        size_t *size)
{
    char name[64], arguments[512];
    int status;
    check_scratch(name, sizeof name, "dtb");
    snprintf(arguments, sizeof arguments, "-M %s,dumpdtb=%s %s", machine, name, more);
    waitpid(qemu_start(program, arguments), &status, 0);
    FILE *file = fopen(name, "rb");
    if (!file)
        FAIL("%s %s wrote no device tree", program, arguments);
    fseek(file, 0, SEEK_END);
    *size = ftell(file);
    rewind(file);
    uint8_t *blob = malloc(*size);
    CHECK(fread(blob, 1, *size, file) == *size);
    fclose(file);
    return blob;
}

#endif
