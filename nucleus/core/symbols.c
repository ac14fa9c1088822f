/* symbols.c: a linear look through the ELF symbol table. Sources: System V ABI, chapter 4 (ELF64
 * sections and symbol table); OCaml's native symbol names (camlModule.name_stamp, `$xx` for other
 * characters). */
#include "console.h"
#include "symbols.h"

struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, program_headers, section_headers;
    uint32_t flags;
    uint16_t size, program_entry, nr_program, section_entry, nr_section, names;
};

struct section {
    uint32_t name, type;
    uint64_t flags, addr, offset, size;
    uint32_t link, info;
    uint64_t align, entry_size;
};

struct elf_symbol {
    uint32_t name;
    uint8_t info, other;
    uint16_t section;
    uint64_t value, size;
};

#define SECTION_SYMBOLS 2
#define SECTION_SPECIAL 0xff00 /* absolute values and the like */

static const struct elf_symbol *table;
static size_t table_size;
static const char *strings;
static size_t strings_size;

static bool inside(uint64_t offset, uint64_t size, size_t file_size)
{
    return offset <= file_size && size <= file_size - offset;
}

void symbols_init(const void *elf, size_t size)
{
    const struct elf_header *h = elf;
    if (size < sizeof *h || memcmp(h->ident, "\177ELF\2", 5) != 0 ||
        h->section_entry != sizeof(struct section) ||
        !inside(h->section_headers, (uint64_t)h->nr_section * sizeof(struct section), size))
        return;
    const struct section *s = (const struct section *)((const char *)elf + h->section_headers);
    for (unsigned i = 0; i < h->nr_section; i++) {
        if (s[i].type != SECTION_SYMBOLS || s[i].link >= h->nr_section)
            continue;
        const struct section *names = &s[s[i].link];
        if (!inside(s[i].offset, s[i].size, size) || !inside(names->offset, names->size, size) ||
            names->size == 0 || ((const char *)elf)[names->offset + names->size - 1] != '\0')
            continue;
        table = (const struct elf_symbol *)((const char *)elf + s[i].offset);
        table_size = s[i].size / sizeof *table;
        strings = (const char *)elf + names->offset;
        strings_size = names->size;
    }
}

static const char *name_of(const struct elf_symbol *s)
{
    return s->name < strings_size ? strings + s->name : "";
}

/* Local labels and mapping symbols ($x, $d) name no function. */
static bool names_code(const struct elf_symbol *s)
{
    const char *name = name_of(s);
    unsigned type = s->info & 15;
    return s->section != 0 && s->section < SECTION_SPECIAL && type <= 2 && type != 1 &&
           name[0] != '\0' && name[0] != '$' && name[0] != '.';
}

static bool is_ocaml_name(const char *name)
{
    return memcmp(name, "caml", MIN(strlen(name), 4)) == 0 && name[4] >= 'A' && name[4] <= 'Z';
}

bool symbol_find(uintptr_t addr, struct symbol *symbol)
{
    const struct elf_symbol *best = NULL;
    for (size_t i = 0; i < table_size; i++) {
        const struct elf_symbol *s = &table[i];
        if (s->value > addr || !names_code(s) || (s->size && addr - s->value >= s->size))
            continue;
        if (best == NULL || s->value > best->value ||
            (s->value == best->value && s->size > best->size))
            best = s;
    }
    if (best == NULL)
        return false;
    *symbol = (struct symbol){name_of(best), best->value, is_ocaml_name(name_of(best))};
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* camlStdlib__List.map_345 -> Stdlib.List.map */
void symbol_print_name(const struct symbol *symbol, char *buffer, size_t size)
{
    const char *in = symbol->name + (symbol->is_ocaml ? 4 : 0);
    size_t end = strlen(in), at = 0;
    if (symbol->is_ocaml) {
        size_t stamp = end;
        while (stamp > 0 && is_digit(in[stamp - 1]))
            stamp--;
        if (stamp > 1 && stamp < end && in[stamp - 1] == '_')
            end = stamp - 1;
    }
    for (size_t i = 0; i < end && at + 1 < size; i++) {
        if (symbol->is_ocaml && in[i] == '_' && in[i + 1] == '_' && i > 0) {
            buffer[at++] = '.';
            i++;
        } else {
            buffer[at++] = in[i];
        }
    }
    if (size)
        buffer[at] = '\0';
}
