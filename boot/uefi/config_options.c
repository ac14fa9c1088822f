/* What each option means. Values keep pointing into the parser's storage. */
#include "uefi/config_options.h"
#include "core/string.h"

/* Names that Limine 8.x knows and that change nothing here; "x*" is every name that begins so. */
static const char ignored_global[][24] = {
    "serial",
    "serial_baudrate",
    "remember_last_entry",
    "graphics",
    "wallpaper",
    "wallpaper_style",
    "backdrop",
    "randomise_memory",
    "randomize_memory",
    "hash_mismatch_panic",
    "interface_*",
    "term_*",
    "editor_*",
};
static const char ignored_local[][24] = {
    "kaslr",
    "randomise_hhdm_base",
    "randomize_hhdm_base",
    "textmode",
    "image_path",
    "drive",
    "partition",
    "mbr_id",
    "gpt_uuid",
    "gpt_guid",
};

static bool is_listed(const char (*list)[24], size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(list[i]);
        if (string_equal(list[i], name) ||
            (list[i][length - 1] == '*' && strnlen(name, length) >= length - 1 &&
             memcmp(list[i], name, length - 1) == 0))
            return true;
    }
    return false;
}

/* A decimal number of at most 9 digits that ends at `stop`; returns what is behind it, or NULL. */
static const char *read_number(const char *text, unsigned *value)
{
    const char *begin = text;
    *value = 0;
    while (*text >= '0' && *text <= '9' && text - begin < 9)
        *value = *value * 10 + (unsigned)(*text++ - '0');
    return text > begin ? text : NULL;
}

static const char *set_flag(bool *flag, const char *value)
{
    *flag = string_equal(value, "yes");
    return *flag || string_equal(value, "no") ? NULL : "expected yes or no";
}

static const char *set_timeout(struct config *config, const char *value)
{
    unsigned seconds;
    if (string_equal(value, "no")) {
        config->timeout_s = CONFIG_TIMEOUT_NONE;
        return NULL;
    }
    const char *end = read_number(value, &seconds);
    if (!end || *end)
        return "expected a number of seconds or no";
    config->timeout_s = (int)seconds;
    return NULL;
}

static const char *set_default_entry(struct config *config, const char *value)
{
    const char *end = read_number(value, &config->default_entry);
    return end && !*end && config->default_entry ? NULL : "expected a number from 1 on";
}

static const char *set_resolution(struct config_resolution *to, const char *value)
{
    struct config_resolution read = {0, 0, 32};
    const char *end = read_number(value, &read.width);
    if (end && *end == 'x')
        end = read_number(end + 1, &read.height);
    else
        end = NULL;
    if (end && *end == 'x')
        end = read_number(end + 1, &read.bpp);
    if (!end || *end || !read.width || !read.height)
        return "expected <width>x<height> or <width>x<height>x<bits per pixel>";
    *to = read;
    return NULL;
}

/* Numbers as the protocol has them: each architecture's modes count from 0. */
static const char *set_paging_mode(int *mode, int *also, const char *value)
{
    static const char names[][8] = {"4level", "5level", "sv39", "sv48", "sv57"};
    static const int8_t modes[] = {0, 1, 0, 1, 2};
    for (unsigned i = 0; i < ARRAY_SIZE(names); i++) {
        if (string_equal(value, names[i])) {
            *mode = modes[i];
            *also = modes[i];
            return NULL;
        }
    }
    return "expected 4level, 5level, sv39, sv48 or sv57";
}

static const char *add_module(struct config *config, struct config_entry *entry, char *value,
                              unsigned line)
{
    if (config->nr_modules == CONFIG_MODULES_MAX)
        return "too many modules";
    config->modules[config->nr_modules++] = (struct config_module){value, "", line};
    entry->nr_modules++;
    return NULL;
}

static const char *set_module_cmdline(struct config *config, struct config_entry *entry,
                                      char *value)
{
    if (entry->nr_modules == 0)
        return "there is no module_path above it";
    config->modules[config->nr_modules - 1].cmdline = value;
    return NULL;
}

static bool set_global(struct config *config, const char *name, const char *value,
                       const char **problem)
{
    if (string_equal(name, "timeout"))
        *problem = set_timeout(config, value);
    else if (string_equal(name, "default_entry"))
        *problem = set_default_entry(config, value);
    else if (string_equal(name, "quiet"))
        *problem = set_flag(&config->quiet, value);
    else if (string_equal(name, "verbose"))
        *problem = set_flag(&config->verbose, value);
    else
        return is_listed(ignored_global, ARRAY_SIZE(ignored_global), name);
    return true;
}

static bool set_path(struct config_entry *entry, const char *name, char *value, unsigned line)
{
    if (string_equal(name, "kernel_path") || string_equal(name, "path")) {
        entry->kernel_path = value;
        entry->kernel_line = line;
    } else if (string_equal(name, "dtb_path")) {
        entry->dtb_path = value;
        entry->dtb_line = line;
    } else {
        return false;
    }
    return true;
}

static bool set_local(struct config *config, struct config_entry *entry, const char *name,
                      char *value, unsigned line, const char **problem)
{
    if (set_path(entry, name, value, line))
        return true;
    if (string_equal(name, "protocol"))
        entry->protocol = value;
    else if (string_equal(name, "comment"))
        entry->comment = value;
    else if (string_equal(name, "cmdline") || string_equal(name, "kernel_cmdline"))
        entry->cmdline = value;
    else if (string_equal(name, "module_path"))
        *problem = add_module(config, entry, value, line);
    else if (string_equal(name, "module_cmdline") || string_equal(name, "module_string"))
        *problem = set_module_cmdline(config, entry, value);
    else if (string_equal(name, "resolution"))
        *problem = set_resolution(&entry->resolution, value);
    else if (string_equal(name, "paging_mode"))
        *problem = set_paging_mode(&entry->paging_min, &entry->paging_max, value);
    else if (string_equal(name, "max_paging_mode"))
        *problem = set_paging_mode(&entry->paging_max, &entry->paging_max, value);
    else if (string_equal(name, "min_paging_mode"))
        *problem = set_paging_mode(&entry->paging_min, &entry->paging_min, value);
    else
        return is_listed(ignored_local, ARRAY_SIZE(ignored_local), name);
    return true;
}

const char *option_set(struct config *config, const char *name, char *value, unsigned line)
{
    const char *problem = NULL;
    struct config_entry scratch = {.cmdline = ""};
    bool has_entry = config->nr_entries != 0;
    struct config_entry *entry = has_entry ? &config->entries[config->nr_entries - 1] : &scratch;
    if (set_global(config, name, value, &problem))
        return problem;
    if (set_local(config, entry, name, value, line, &problem))
        return has_entry ? problem : "belongs to an entry, and there is none above it";
    return "no such option";
}
