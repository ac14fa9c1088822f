/* strict_json.c: a recursive descent over the grammar of RFC 8259. */
#include "strict_json.h"
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64

struct parser {
    const char *start, *at, *end;
    char *error;
    jmp_buf failed;
    unsigned depth;
};

static _Noreturn void fail(struct parser *p, const char *why)
{
    snprintf(p->error, 128, "%s at byte %zu", why, (size_t)(p->at - p->start));
    longjmp(p->failed, 1);
}

static int peek(const struct parser *p)
{
    return p->at < p->end ? (unsigned char)*p->at : -1;
}

static bool accept(struct parser *p, int c)
{
    if (peek(p) != c)
        return false;
    p->at++;
    return true;
}

static void expect(struct parser *p, int c, const char *why)
{
    if (!accept(p, c))
        fail(p, why);
}

static void skip_space(struct parser *p)
{
    while (peek(p) == ' ' || peek(p) == '\n' || peek(p) == '\t' || peek(p) == '\r')
        p->at++;
}

/* ---- strings ---- */

static unsigned hex4(struct parser *p)
{
    unsigned code = 0;
    for (int i = 0; i < 4; i++, p->at++) {
        const char *digits = "0123456789abcdef0123456789ABCDEF";
        const char *digit = peek(p) > 0 ? strchr(digits, peek(p)) : NULL;
        if (digit == NULL)
            fail(p, "\\u wants four hexadecimal digits");
        code = code * 16 + (unsigned)(digit - digits) % 16;
    }
    return code;
}

static unsigned escaped_code(struct parser *p)
{
    unsigned code = hex4(p);
    if (code == 0)
        fail(p, "byte 0 in a string");
    if (code >= 0xdc00 && code < 0xe000)
        fail(p, "a low surrogate comes first");
    if (code < 0xd800 || code >= 0xe000)
        return code;
    expect(p, '\\', "a high surrogate stands alone");
    expect(p, 'u', "a high surrogate stands alone");
    unsigned low = hex4(p);
    if (low < 0xdc00 || low >= 0xe000)
        fail(p, "a high surrogate stands alone");
    return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

static void put_utf8(FILE *out, unsigned code)
{
    if (code < 0x80) {
        fputc((int)code, out);
    } else if (code < 0x800) {
        fprintf(out, "%c%c", 0xc0 | code >> 6, 0x80 | (code & 63));
    } else if (code < 0x10000) {
        fprintf(out, "%c%c%c", 0xe0 | code >> 12, 0x80 | (code >> 6 & 63), 0x80 | (code & 63));
    } else {
        fprintf(out, "%c%c%c%c", 0xf0 | code >> 18, 0x80 | (code >> 12 & 63),
                0x80 | (code >> 6 & 63), 0x80 | (code & 63));
    }
}

static void escape(struct parser *p, FILE *out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    int c = peek(p);
    p->at++;
    if (c == 'u') {
        put_utf8(out, escaped_code(p));
        return;
    }
    const char *which = c > 0 ? strchr(from, c) : NULL;
    if (which == NULL)
        fail(p, "no such escape");
    fputc(to[which - from], out);
}

/* What we write is ASCII; so other bytes are an error here. */
static char *string(struct parser *p)
{
    char *text = NULL;
    size_t size = 0;
    expect(p, '"', "a string begins with a quote");
    FILE *out = open_memstream(&text, &size);
    while (!accept(p, '"')) {
        int c = peek(p);
        if (c < ' ' || c >= 0x7f) {
            fclose(out);
            fail(p, "a byte that wants an escape, or the end, in a string");
        }
        p->at++;
        if (c == '\\')
            escape(p, out);
        else
            fputc(c, out);
    }
    fclose(out);
    return text;
}

/* ---- values ---- */

static bool digits(struct parser *p)
{
    const char *before = p->at;
    while (peek(p) >= '0' && peek(p) <= '9')
        p->at++;
    return p->at > before;
}

static char *number(struct parser *p)
{
    const char *begun = p->at;
    accept(p, '-');
    if (!accept(p, '0') && !digits(p))
        fail(p, "a number wants digits");
    if (accept(p, '.') && !digits(p))
        fail(p, "a fraction wants digits");
    if (accept(p, 'e') || accept(p, 'E')) {
        if (!accept(p, '+'))
            accept(p, '-');
        if (!digits(p))
            fail(p, "an exponent wants digits");
    }
    return strndup(begun, (size_t)(p->at - begun));
}

static bool word(struct parser *p, const char *what)
{
    size_t size = strlen(what);
    if ((size_t)(p->end - p->at) < size || memcmp(p->at, what, size) != 0)
        return false;
    p->at += size;
    return true;
}

static struct json *value(struct parser *p);

static void append(struct json *to, struct json ***last, struct json *child)
{
    if (*last == NULL)
        *last = &to->first;
    **last = child;
    *last = &child->next;
}

static void array(struct parser *p, struct json *to)
{
    struct json **last = NULL;
    skip_space(p);
    if (accept(p, ']'))
        return;
    do
        append(to, &last, value(p));
    while (accept(p, ','));
    expect(p, ']', "an array goes on with a comma or ends");
}

static void object(struct parser *p, struct json *to)
{
    struct json **last = NULL;
    skip_space(p);
    if (accept(p, '}'))
        return;
    do {
        skip_space(p);
        char *key = string(p);
        if (json_member(to, key))
            fail(p, "a key comes twice");
        skip_space(p);
        expect(p, ':', "a colon follows a key");
        struct json *child = value(p);
        child->key = key;
        append(to, &last, child);
    } while (accept(p, ','));
    expect(p, '}', "an object goes on with a comma or ends");
}

static enum json_type constant(struct parser *p)
{
    if (word(p, "null"))
        return JSON_NULL;
    if (word(p, "true"))
        return JSON_TRUE;
    if (word(p, "false"))
        return JSON_FALSE;
    fail(p, "no value");
}

static struct json *value(struct parser *p)
{
    struct json *v = calloc(1, sizeof *v);
    if (++p->depth > DEPTH_MAX)
        fail(p, "too deep");
    skip_space(p);
    int c = peek(p);
    if (c == '"') {
        v->type = JSON_STRING;
        v->text = string(p);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
        v->type = JSON_NUMBER;
        v->text = number(p);
    } else if (accept(p, '[')) {
        v->type = JSON_ARRAY;
        array(p, v);
    } else if (accept(p, '{')) {
        v->type = JSON_OBJECT;
        object(p, v);
    } else {
        v->type = constant(p);
    }
    skip_space(p);
    p->depth--;
    return v;
}

struct json *json_parse(const char *text, size_t size, char error[128])
{
    struct parser p = {.start = text, .at = text, .end = text + size, .error = error};
    if (setjmp(p.failed))
        return NULL;
    struct json *v = value(&p);
    if (p.at != p.end)
        fail(&p, "something follows the value");
    return v;
}

void json_free(struct json *tree)
{
    while (tree) {
        struct json *next = tree->next;
        json_free(tree->first);
        free(tree->key);
        free(tree->text);
        free(tree);
        tree = next;
    }
}

const struct json *json_member(const struct json *object, const char *key)
{
    if (object == NULL || object->type != JSON_OBJECT)
        return NULL;
    for (const struct json *m = object->first; m; m = m->next)
        if (m->key && strcmp(m->key, key) == 0)
            return m;
    return NULL;
}
