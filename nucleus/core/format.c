/* format.c: printf's formats without printf's library. Integers and strings only. */
#include "console.h"

struct spec {
    bool left, zero;
    int width;
    int longs; /* how many `l` */
};

struct out {
    void (*put)(void *, char);
    void *arg;
    int written;
};

static void emit(struct out *o, char c)
{
    o->put(o->arg, c);
    o->written++;
}

static void emit_padded(struct out *o, const struct spec *s, const char *text, int size)
{
    int fill = s->width > size ? s->width - size : 0;
    bool negative = s->zero && !s->left && size > 0 && text[0] == '-';
    if (negative)
        emit(o, *text++), size--;
    for (int i = 0; !s->left && i < fill; i++)
        emit(o, s->zero ? '0' : ' ');
    for (int i = 0; i < size; i++)
        emit(o, text[i]);
    for (int i = 0; s->left && i < fill; i++)
        emit(o, ' ');
}

static void emit_number(struct out *o, const struct spec *s, uint64_t value, unsigned base,
                        bool negative, bool upper)
{
    char digits[32];
    int at = sizeof digits;
    do
        digits[--at] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[value % base];
    while ((value /= base) != 0);
    if (negative)
        digits[--at] = '-';
    emit_padded(o, s, digits + at, (int)sizeof digits - at);
}

static const char *parse_spec(const char *f, struct spec *s, va_list args)
{
    *s = (struct spec){0};
    for (;; f++) {
        if (*f == '-')
            s->left = true;
        else if (*f == '0')
            s->zero = true;
        else
            break;
    }
    if (*f == '*') {
        s->width = va_arg(args, int);
        f++;
    }
    for (; *f >= '0' && *f <= '9'; f++)
        s->width = s->width * 10 + (*f - '0');
    for (; *f == 'l' || *f == 'z'; f++)
        s->longs++;
    return f;
}

static void emit_string(struct out *o, const struct spec *s, const char *text)
{
    if (text == NULL)
        text = "(null)";
    emit_padded(o, s, text, (int)strlen(text));
}

static void emit_signed(struct out *o, const struct spec *s, int64_t value)
{
    emit_number(o, s, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, value < 0, false);
}

#define UNSIGNED(s, args) ((s)->longs ? va_arg(args, uint64_t) : va_arg(args, unsigned))

/* va_list may be an array type, so it is passed on in a struct. */
struct arguments {
    va_list list;
};

static void emit_conversion(struct out *o, const struct spec *s, char c, struct arguments *a)
{
    switch (c) {
    case 'd':
    case 'i':
        emit_signed(o, s, s->longs ? va_arg(a->list, int64_t) : va_arg(a->list, int));
        break;
    case 'u':
        emit_number(o, s, UNSIGNED(s, a->list), 10, false, false);
        break;
    case 'x':
    case 'X':
        emit_number(o, s, UNSIGNED(s, a->list), 16, false, c == 'X');
        break;
    case 'o':
        emit_number(o, s, UNSIGNED(s, a->list), 8, false, false);
        break;
    case 'p':
        emit(o, '0');
        emit(o, 'x');
        emit_number(o, s, (uintptr_t)va_arg(a->list, void *), 16, false, false);
        break;
    case 's':
        emit_string(o, s, va_arg(a->list, const char *));
        break;
    case 'c':
        emit(o, (char)va_arg(a->list, int));
        break;
    default:
        emit(o, c);
    }
}

void format_to(void (*put)(void *, char), void *arg, const char *format, va_list args)
{
    struct out o = {put, arg, 0};
    struct arguments a;
    va_copy(a.list, args);
    for (const char *f = format; *f; f++) {
        if (*f != '%') {
            emit(&o, *f);
            continue;
        }
        struct spec s;
        f = parse_spec(f + 1, &s, a.list);
        if (*f == '\0')
            break;
        emit_conversion(&o, &s, *f, &a);
    }
    va_end(a.list);
}

struct buffer {
    char *at, *end;
    int size;
};

static void put_buffer(void *arg, char c)
{
    struct buffer *b = arg;
    b->size++;
    if (b->at < b->end)
        *b->at++ = c;
}

int format_string(char *buffer, size_t size, const char *format, ...)
{
    struct buffer b = {buffer, buffer + (size ? size - 1 : 0), 0};
    va_list args;
    va_start(args, format);
    format_to(put_buffer, &b, format, args);
    va_end(args);
    if (size)
        *b.at = '\0';
    return b.size;
}
