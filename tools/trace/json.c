/* json.c: writing the trace event format. Strings come from names that anybody chose: bytes that
 * are not UTF-8 become U+FFFD, and whatever is not plain ASCII is escaped. */
#include "json.h"
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#define REPLACEMENT 0xfffd

/* ---- strings ---- */

/* The number of continuation bytes that a first byte announces, -1 when it is none, and its bits.
 */
static int lead(unsigned char byte, uint32_t *bits)
{
    static const struct {
        unsigned char mask, value;
    } forms[] = {{0x80, 0x00}, {0xe0, 0xc0}, {0xf0, 0xe0}, {0xf8, 0xf0}};
    for (int more = 0; more < 4; more++)
        if ((byte & forms[more].mask) == forms[more].value) {
            *bits = byte & (unsigned char)~forms[more].mask;
            return more;
        }
    return -1;
}

/* Takes one character from text: its code point, or U+FFFD for one bad byte. (RFC 3629.) */
static uint32_t next_character(const char **text)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *p = (const unsigned char *)*text;
    uint32_t code;
    int more = lead(*p, &code);
    (*text)++;
    if (more < 0)
        return REPLACEMENT;
    for (int i = 1; i <= more; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return REPLACEMENT;
        code = code << 6 | (p[i] & 0x3f);
    }
    if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return REPLACEMENT;
    *text += more;
    return code;
}

static void write_string(FILE *out, const char *text)
{
    putc('"', out);
    while (*text) {
        uint32_t c = next_character(&text);
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", (int)c);
        else if (c >= ' ' && c < 0x7f)
            putc((int)c, out);
        else if (c < 0x10000)
            fprintf(out, "\\u%04" PRIx32, c);
        else
            fprintf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd800 + ((c - 0x10000) >> 10),
                    0xdc00 + ((c - 0x10000) & 0x3ff));
    }
    putc('"', out);
}

static void write_microseconds(FILE *out, uint64_t ns)
{
    fprintf(out, "%" PRIu64 ".%03" PRIu64, ns / 1000, ns % 1000);
}

/* ---- events ---- */

struct writer {
    FILE *out;
    bool any; /* an event was written: a comma comes first */
};

/* Viewers take 0 for the system's own, so both begin at 1. */
static void begin_event(struct writer *w, char phase, uint32_t core, uint32_t track)
{
    fprintf(w->out, "%s\n{\"ph\":\"%c\",\"pid\":%" PRIu32 ",\"tid\":%" PRIu32, w->any ? "," : "",
            phase, core + 1, (core + 1) * (TRACK_MAX + 1) + track);
    w->any = true;
}

static void write_arguments(FILE *out, const struct item *i)
{
    if (i->argument == NULL)
        return;
    fputs(",\"args\":{", out);
    write_string(out, i->argument);
    putc(':', out);
    if (i->text)
        write_string(out, i->text);
    else
        fprintf(out, "%" PRIu64, i->value);
    putc('}', out);
}

static void write_item(struct writer *w, const struct item *i)
{
    static const char phase[] = {[SHAPE_SPAN] = 'X', [SHAPE_INSTANT] = 'i', [SHAPE_COUNTER] = 'C'};
    begin_event(w, phase[i->shape], i->core, i->track);
    fputs(",\"ts\":", w->out);
    write_microseconds(w->out, i->time_ns);
    if (i->shape == SHAPE_SPAN) {
        fputs(",\"dur\":", w->out);
        write_microseconds(w->out, i->length_ns);
    } else if (i->shape == SHAPE_INSTANT) {
        fputs(",\"s\":\"t\"", w->out);
    }
    fprintf(w->out, ",\"cat\":\"%s\",\"name\":", i->category);
    write_string(w->out, i->name);
    write_arguments(w->out, i);
    putc('}', w->out);
}

/* ---- what tracks and cores are called ---- */

static void write_name(struct writer *w, const char *what, uint32_t core, uint32_t track,
                       const char *name)
{
    begin_event(w, 'M', core, track);
    fprintf(w->out, ",\"name\":\"%s\",\"args\":{\"name\":", what);
    write_string(w->out, name);
    fputs("}}", w->out);
}

static void write_order(struct writer *w, const char *what, uint32_t core, uint32_t track,
                        uint32_t order)
{
    begin_event(w, 'M', core, track);
    fprintf(w->out, ",\"name\":\"%s\",\"args\":{\"sort_index\":%" PRIu32 "}}", what, order);
}

static void name_track(struct writer *w, uint32_t core, uint32_t track)
{
    static const char *const fixed[] = {NULL, "threads", "fibers", "interrupts"};
    char name[32];
    if (track < TRACK_DOMAIN)
        snprintf(name, sizeof name, "%s", fixed[track]);
    else
        snprintf(name, sizeof name, "OCaml domain %u", track - TRACK_DOMAIN);
    write_name(w, "thread_name", core, track, name);
    write_order(w, "thread_sort_index", core, track, track);
}

static void name_tracks(struct writer *w, uint32_t core, const struct spans *spans)
{
    bool used[TRACK_MAX + 1] = {false};
    for (size_t n = 0; n < spans->nr_items; n++)
        if (spans->item[n].core == core && spans->item[n].shape != SHAPE_COUNTER)
            used[spans->item[n].track] = true;
    for (uint32_t track = TRACK_THREADS; track <= TRACK_MAX; track++)
        if (used[track])
            name_track(w, core, track);
}

static void name_core(struct writer *w, uint32_t core, const struct spans *spans)
{
    char name[32];
    snprintf(name, sizeof name, "core %" PRIu32, core);
    write_name(w, "process_name", core, 0, name);
    write_order(w, "process_sort_index", core, 0, core);
    name_tracks(w, core, spans);
}

/* ---- the whole ---- */

static void write_losses(FILE *out, const struct wire_trace *t, const struct spans *spans)
{
    fputs("\n],\n\"otherData\":{\"events overwritten\":{", out);
    for (uint32_t i = 0; i < t->nr_cores; i++)
        fprintf(out, "%s\"core %" PRIu32 "\":%" PRIu64, i ? "," : "", i,
                t->core[i].recorded - t->core[i].kept);
    fprintf(out,
            "},\"names lost\":%" PRIu64 ",\"lines damaged\":%" PRIu64
            ",\"phases without beginning\":%" PRIu64 "}}\n",
            t->names_lost, t->damaged, spans->unmatched);
}

void json_write(FILE *out, const struct wire_trace *trace, const struct spans *spans)
{
    struct writer w = {.out = out};
    fputs("{\"displayTimeUnit\":\"ns\",\n\"traceEvents\":[", out);
    for (uint32_t core = 0; core < trace->nr_cores; core++)
        name_core(&w, core, spans);
    for (size_t n = 0; n < spans->nr_items; n++)
        write_item(&w, &spans->item[n]);
    write_losses(out, trace, spans);
}
