/* trace_export.c: the trace that a kernel printed, as a file for a viewer.
 *
 *     trace_export LOG FILE     LOG: what came over the serial line; FILE: JSON, `-` for the output
 *
 * tools/qemu.sh runs it for `make run TRACE=FILE`; LOG may as well come from a real machine. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "json.h"

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "trace: %s: %s\n", what, why);
    exit(1);
}

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        fail(path, strerror(errno));
    long end = ftell(file);
    rewind(file);
    char *text = end >= 0 ? malloc((size_t)end + 1) : NULL;
    if (text == NULL)
        fail(path, strerror(errno));
    *size = fread(text, 1, (size_t)end, file);
    if (ferror(file))
        fail(path, strerror(errno));
    fclose(file);
    return text;
}

static void write_file(const char *path, const struct wire_trace *trace, const struct spans *spans)
{
    bool to_output = strcmp(path, "-") == 0;
    FILE *file = to_output ? stdout : fopen(path, "w");
    if (file == NULL)
        fail(path, strerror(errno));
    json_write(file, trace, spans);
    if (ferror(file) || (to_output ? fflush(file) : fclose(file)) != 0)
        fail(path, strerror(errno));
}

static void say_what_it_is(const char *path, const struct wire_trace *t)
{
    uint64_t lost = 0;
    for (uint32_t i = 0; i < t->nr_cores; i++)
        lost += t->core[i].recorded - t->core[i].kept;
    fprintf(stderr, "trace: %s: %" PRIu32 " cores, %zu events", path, t->nr_cores, t->nr_events);
    if (lost)
        fprintf(stderr, "; %" PRIu64 " before them were overwritten (trace=EVENTS keeps more)",
                lost);
    if (t->damaged)
        fprintf(stderr, "; %" PRIu64 " lines were damaged on the way", t->damaged);
    fputc('\n', stderr);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: trace_export LOG FILE\n");
        return 2;
    }
    struct wire_trace trace;
    struct spans spans;
    size_t size;
    char *text = read_file(argv[1], &size);
    const char *why = wire_read(text, size, &trace);
    if (why)
        fail(argv[2], why);
    spans_make(&trace, &spans);
    write_file(argv[2], &trace, &spans);
    say_what_it_is(argv[2], &trace);
    spans_free(&spans);
    wire_free(&trace);
    free(text);
    return 0;
}
