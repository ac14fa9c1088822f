/*
 * The parser proper: lines to entries and options. One line at a time is copied into the storage
 * with its macros replaced, then taken apart in place.
 */
#include "uefi/config.h"
#include "core/string.h"
#include "uefi/config_options.h"

/* The line that is being read. */
struct reader {
    struct config *config;
    const char *text;
    size_t size, at;
    unsigned line;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static int line_error(const struct reader *reader, struct error *error, const char *what,
                      const char *about)
{
    return error_set(error, "%s:%u: %s%s", reader->config->name, reader->line, what, about);
}

static bool store(struct config *config, char c)
{
    if (config->next == config->end)
        return false;
    *config->next++ = c;
    return true;
}

static const char *macro_value(const struct config *config, const char *name, size_t length)
{
    for (unsigned i = config->nr_macros; i-- > 0;) {
        const char *known = config->macros[i].name;
        if (strlen(known) == length && memcmp(known, name, length) == 0)
            return config->macros[i].value;
    }
    return NULL;
}

/* The length of "${NAME}" at the text's begin, or 0. */
static size_t macro_length(const char *text, size_t size)
{
    if (size < 3 || text[0] != '$' || text[1] != '{')
        return 0;
    for (size_t i = 2; i < size; i++) {
        if (text[i] == '}')
            return i + 1;
    }
    return 0;
}

/* Copies a part of the line to the storage, replacing macros that are known; terminates it. */
static char *store_expanded(struct config *config, const char *text, size_t size)
{
    char *begin = config->next;
    for (size_t i = 0; i < size; i++) {
        size_t length = macro_length(text + i, size - i);
        const char *value = length ? macro_value(config, text + i + 2, length - 3) : NULL;
        if (!value) {
            if (!store(config, text[i]))
                return NULL;
            continue;
        }
        while (*value) {
            if (!store(config, *value++))
                return NULL;
        }
        i += length - 1;
    }
    return store(config, 0) ? begin : NULL;
}

/* "${NAME}=text" */
static int read_macro(struct reader *reader, const char *text, size_t size, size_t name_length,
                      struct error *error)
{
    struct config *config = reader->config;
    if (config->nr_macros == ARRAY_SIZE(config->macros))
        return line_error(reader, error, "too many macros", "");
    char *name = config->next;
    for (size_t i = 2; i < name_length - 1; i++) {
        if (!store(config, text[i]))
            return line_error(reader, error, "the file is too large", "");
    }
    if (!store(config, 0))
        return line_error(reader, error, "the file is too large", "");
    char *value = store_expanded(config, text + name_length + 1, size - name_length - 1);
    if (!value)
        return line_error(reader, error, "macros expand to too much text", "");
    config->macros[config->nr_macros++] = (struct config_macro){name, value};
    return 0;
}

static int read_title(struct reader *reader, char *text, struct error *error)
{
    struct config *config = reader->config;
    unsigned depth = 0;
    while (*text == '/') {
        depth++;
        text++;
    }
    if (*text == '+')
        text++;
    while (is_blank(*text))
        text++;
    if (!*text)
        return line_error(reader, error, "an entry needs a title", "");
    if (config->nr_entries == CONFIG_ENTRIES_MAX)
        return line_error(reader, error, "too many entries", "");
    struct config_entry *above =
        config->nr_entries ? &config->entries[config->nr_entries - 1] : NULL;
    if (depth > (above ? above->depth : 0) + 1)
        return line_error(reader, error, "a sub-entry without an entry above it: ", text);
    if (above && depth > above->depth)
        above->directory = true;
    config->entries[config->nr_entries++] =
        (struct config_entry){.title = text,
                              .line = reader->line,
                              .depth = depth,
                              .cmdline = "",
                              .paging_min = -1,
                              .paging_max = -1,
                              .first_module = config->nr_modules};
    return 0;
}

/* "name: value"; names are not case sensitive. */
static int read_option(struct reader *reader, char *text, struct error *error)
{
    char *colon = text;
    while (*colon && *colon != ':') {
        if (*colon >= 'A' && *colon <= 'Z')
            *colon = (char)(*colon - 'A' + 'a');
        colon++;
    }
    if (!*colon)
        return line_error(reader, error,
                          "neither an option (name: value) nor an entry (/title): ", text);
    char *value = colon + 1;
    while (colon > text && is_blank(colon[-1]))
        colon--;
    *colon = 0;
    while (is_blank(*value))
        value++;
    const char *problem = option_set(reader->config, text, value, reader->line);
    return problem ? error_set(error, "%s:%u: %s: %s", reader->config->name, reader->line, text,
                               problem)
                   : 0;
}

static int read_line(struct reader *reader, const char *text, size_t size, struct error *error)
{
    while (size && is_blank(*text))
        text++, size--;
    while (size && is_blank(text[size - 1]))
        size--;
    if (size == 0 || *text == '#')
        return 0;
    size_t macro = macro_length(text, size);
    if (macro > 3 && macro < size && text[macro] == '=')
        return read_macro(reader, text, size, macro, error);
    char *expanded = store_expanded(reader->config, text, size);
    if (!expanded)
        return line_error(reader, error, "macros expand to too much text", "");
    if (strlen(expanded) > 0 && *expanded == '/')
        return read_title(reader, expanded, error);
    return read_option(reader, expanded, error);
}

int config_parse(struct config *config, const char *name, const char *arch, const char *text,
                 size_t size, char *storage, size_t storage_size, struct error *error)
{
    *config = (struct config){.name = name, .timeout_s = 5, .default_entry = 1};
    config->next = storage;
    config->end = storage + storage_size;
    config->macros[config->nr_macros++] = (struct config_macro){"ARCH", arch};
    struct reader reader = {config, text, size, 0, 1};
    for (size_t begin = 0; begin < size; reader.line++) {
        size_t end = begin;
        while (end < size && text[end] != '\n')
            end++;
        if (strnlen(text + begin, end - begin) != end - begin)
            return line_error(&reader, error, "has a zero byte: not a text file", "");
        if (read_line(&reader, text + begin, end - begin, error))
            return -1;
        begin = end + 1;
    }
    if (!config_bootable(config, 1))
        return error_set(error, "%s: has no entry that can be booted", name);
    return 0;
}

const struct config_entry *config_bootable(const struct config *config, unsigned nr)
{
    for (unsigned i = 0; i < config->nr_entries; i++) {
        if (!config->entries[i].directory && --nr == 0)
            return &config->entries[i];
    }
    return NULL;
}

int config_check_entry(const struct config *config, const struct config_entry *entry,
                       struct error *error)
{
    if (!entry->protocol)
        return error_set(error, "%s:%u: the entry \"%s\" has no protocol", config->name,
                         entry->line, entry->title);
    if (!string_equal(entry->protocol, "limine"))
        return error_set(error, "%s:%u: the entry \"%s\" wants the protocol %s; we speak limine",
                         config->name, entry->line, entry->title, entry->protocol);
    if (!entry->kernel_path)
        return error_set(error, "%s:%u: the entry \"%s\" has no kernel_path", config->name,
                         entry->line, entry->title);
    return 0;
}

const char *config_resolve(const struct config *config, const char *path, unsigned line,
                           struct error *error)
{
    const char *prefix = "boot():";
    if (!string_starts(path, prefix)) {
        error_set(error, "%s:%u: %s: only paths that begin with boot():/ are supported",
                  config->name, line, path);
        return NULL;
    }
    const char *file = path + strlen(prefix);
    for (const char *c = file; *c; c++) {
        if (*c == '#') {
            error_set(error, "%s:%u: %s: file hashes are not supported", config->name, line, path);
            return NULL;
        }
    }
    if (*file != '/') {
        error_set(error, "%s:%u: %s: a path begins with a slash behind boot():", config->name, line,
                  path);
        return NULL;
    }
    return file;
}
