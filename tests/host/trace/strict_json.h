/* strict_json.h: JSON as RFC 8259 has it and not a byte more lenient, read into a tree. For tests:
 * what they accept, every viewer must. */
#ifndef TESTS_STRICT_JSON_H
#define TESTS_STRICT_JSON_H

#include <stddef.h>

enum json_type {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json {
    enum json_type type;
    char *key;  /* in an object, in UTF-8; else NULL */
    char *text; /* of a number as it stands there, of a string in UTF-8 */
    struct json *first, *next;
};

/* The tree; or NULL, with `error` saying why and where. Refuses invalid UTF-8, lone
 * surrogates, the escape of byte 0, keys that come twice, and anything after the value. */
struct json *json_parse(const char *text, size_t size, char error[128]);
void json_free(struct json *tree);

/* A member by key; NULL when there is none, or `object` is none. */
const struct json *json_member(const struct json *object, const char *key);

#endif
