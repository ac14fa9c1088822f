/* The small printf. The buffer is always terminated and never overrun; what doesn't fit is lost. */
#include "core/format.h"

#include <stdbool.h>
#include <stdint.h>

struct sink {
    char *buffer;
    size_t size, used;
};

static void sink_char(struct sink *sink, char c)
{
    if (sink->used + 1 < sink->size)
        sink->buffer[sink->used++] = c;
}

static void sink_string(struct sink *sink, const char *string)
{
    if (!string)
        string = "(none)";
    while (*string)
        sink_char(sink, *string++);
}

static void sink_number(struct sink *sink, uint64_t value, unsigned base, unsigned width)
{
    char digits[24];
    unsigned n = 0;
    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (n < width && n < sizeof(digits))
        digits[n++] = '0';
    while (n)
        sink_char(sink, digits[--n]);
}

static void sink_signed(struct sink *sink, int64_t value, unsigned width)
{
    if (value < 0)
        sink_char(sink, '-');
    sink_number(sink, value < 0 ? -(uint64_t)value : (uint64_t)value, 10, width);
}

/* Handles one conversion; `text` is behind the '%'. Returns the position behind it. */
static const char *sink_conversion(struct sink *sink, const char *text, va_list *args)
{
    unsigned width = 0;
    bool is_long = false;
    while (*text >= '0' && *text <= '9')
        width = width * 10 + (unsigned)(*text++ - '0');
    while (*text == 'l') {
        is_long = true;
        text++;
    }
    switch (*text) {
    case 's':
        sink_string(sink, va_arg(*args, const char *));
        break;
    case 'c':
        sink_char(sink, (char)va_arg(*args, int));
        break;
    case 'd':
        sink_signed(sink, is_long ? va_arg(*args, long) : va_arg(*args, int), width);
        break;
    case 'u':
    case 'x':
        sink_number(sink, is_long ? va_arg(*args, unsigned long) : va_arg(*args, unsigned),
                    *text == 'x' ? 16 : 10, width);
        break;
    case 0:
        return text;
    default:
        sink_char(sink, *text);
    }
    return text + 1;
}

size_t format_va(char *buffer, size_t size, const char *text, va_list args)
{
    struct sink sink = {buffer, size, 0};
    va_list copy;
    va_copy(copy, args);
    while (*text) {
        if (*text != '%')
            sink_char(&sink, *text++);
        else
            text = sink_conversion(&sink, text + 1, &copy);
    }
    va_end(copy);
    if (size)
        buffer[sink.used] = 0;
    return sink.used;
}

size_t format(char *buffer, size_t size, const char *text, ...)
{
    va_list args;
    va_start(args, text);
    size_t used = format_va(buffer, size, text, args);
    va_end(args);
    return used;
}

int error_set(struct error *error, const char *text, ...)
{
    va_list args;
    va_start(args, text);
    format_va(error->text, sizeof(error->text), text, args);
    va_end(args);
    return -1;
}
