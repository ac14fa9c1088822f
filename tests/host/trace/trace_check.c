/* trace_check.c: is this the file that a kernel of so many cores should have made?
 *
 *     trace_check FILE CORES
 *
 * Each core must have been recorded running threads, in the garbage collector, and interrupted. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "chrome_file.h"

static char *read_file(const char *path, size_t *size)
{
    static char text[64 << 20];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    *size = fread(text, 1, sizeof text, file);
    fclose(file);
    return text;
}

static unsigned count(const struct chrome_file *f, uint64_t pid, const char *category)
{
    unsigned n = 0;
    for (size_t i = 0; i < f->nr_events; i++)
        n += f->event[i].pid == pid && f->event[i].phase == 'X' &&
             strcmp(f->event[i].category, category) == 0;
    return n;
}

static int check_core(const struct chrome_file *f, unsigned core)
{
    unsigned threads = count(f, core + 1, "thread"), phases = count(f, core + 1, "gc"),
             interrupts = count(f, core + 1, "interrupt");
    const char *name = chrome_name(f, "process_name", core + 1, 0);
    char expected[32];
    snprintf(expected, sizeof expected, "core %u", core);
    printf("%s: %u spans of threads, %u of the collector, %u of interrupts\n", expected, threads,
           phases, interrupts);
    return name && strcmp(name, expected) == 0 && threads && phases && interrupts;
}

int main(int argc, char **argv)
{
    struct chrome_file file;
    size_t size;
    if (argc != 3) {
        fprintf(stderr, "usage: trace_check FILE CORES\n");
        return 2;
    }
    char *text = read_file(argv[1], &size);
    const char *why = chrome_read(text, size, &file);
    if (why) {
        printf("%s: %s\n", argv[1], why);
        return 1;
    }
    int good = 1;
    for (unsigned core = 0; core < strtoul(argv[2], NULL, 10); core++)
        good &= check_core(&file, core);
    return good ? 0 : 1;
}
