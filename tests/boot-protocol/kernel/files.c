/* The executable's file and the modules. A module's name says what is in it: mod-SEED-SIZE.bin. */
#include "test.h"

/* Byte i of the module with that seed; tests/boot-protocol/pattern.c writes the same. */
static uint8_t pattern(uint64_t seed, uint64_t i)
{
    return (uint8_t)((seed + i) * 2654435761U >> 13);
}

static const char *find(const char *text, const char *part)
{
    for (; *text; text++) {
        size_t n = 0;
        while (part[n] && text[n] == part[n])
            n++;
        if (!part[n])
            return text + n;
    }
    return NULL;
}

static uint64_t number(const char **text)
{
    uint64_t value = 0;
    while (**text >= '0' && **text <= '9')
        value = value * 10 + (uint64_t)(*(*text)++ - '0');
    return value;
}

static bool module_is_right(const struct limine_file *file)
{
    const char *name = find(file->path, "mod-");
    if (!name)
        return false;
    uint64_t seed = number(&name);
    name++;
    if (file->size != number(&name))
        return false;
    for (uint64_t i = 0; i < file->size; i++) {
        if (((const uint8_t *)file->address)[i] != pattern(seed, i))
            return false;
    }
    return true;
}

static bool pages_overlap(const struct limine_file *a, const struct limine_file *b)
{
    uint64_t a_begin = (uint64_t)a->address, a_end = a_begin + (a->size + PAGE - 1) / PAGE * PAGE;
    uint64_t b_begin = (uint64_t)b->address, b_end = b_begin + (b->size + PAGE - 1) / PAGE * PAGE;
    return a_begin < b_end && b_begin < a_end;
}

static void check_modules(void)
{
    uint64_t count = module.response ? module.response->module_count : 0;
    bool right = true, aligned = true, alone = true, placed = true, strings = true;
    check_equal(count, word_number("modules", 0), "modules: as many as given");
    for (uint64_t i = 0; i < count; i++) {
        const struct limine_file *file = module.response->modules[i];
        right &= module_is_right(file);
        aligned &= ((uint64_t)file->address & (PAGE - 1)) == 0;
        placed &= is_in(file->address, file->size, LIMINE_MEMMAP_EXECUTABLE_AND_MODULES);
        strings &= string_is_in(file->path, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE) &&
                   string_is_in(file->cmdline, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE) &&
                   file->path[0] == '/';
        for (uint64_t j = 0; j < i; j++)
            alone &= !pages_overlap(file, module.response->modules[j]);
    }
    if (count == 0)
        return;
    check(right, "modules: contents are those of the files");
    check(aligned, "modules: on page boundaries");
    check(alone, "modules: alone on their pages");
    check(placed, "modules: in executable-and-modules memory");
    check(strings, "modules: paths and strings are in reclaimable memory");
#ifdef INTERNAL_MODULES
    const struct limine_file *first = module.response->modules[0];
    check(module.response->revision >= 1 && string_equal(first->cmdline, "inside") &&
              find(first->path, "mod-5-5000.bin"),
          "modules: the internal one comes first, with its string");
#endif
    const char *wanted = word("first");
    if (wanted)
        check(find(module.response->modules[0]->path, "mod-1-"), "modules: in the given order");
}

void check_files(void)
{
    check(executable_file.response, "executable file: answered");
    if (!executable_file.response)
        return;
    const struct limine_file *file = executable_file.response->executable_file;
    check(bytes_equal(file->address, "\177ELF", 4), "executable file: is an ELF file");
    check(is_in(file->address, file->size, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE),
          "executable file: in reclaimable memory");
    check_equal(file->size, word_number("size", file->size), "executable file: its size");
    check(find(file->path, "kernel.elf") && file->path[0] == '/', "executable file: its path");
    check(find(file->cmdline, "hello=world"), "executable file: the command line");
    if (own_loader)
        check(cmdline_request.response &&
                  string_equal(cmdline_request.response->cmdline, file->cmdline),
              "executable command line: the same");
    check_modules();
}
