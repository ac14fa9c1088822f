/* cfi_entry.c: finds the entry of .eh_frame that covers an address, through all of them from the
 * first, since only panics ask.
 *
 * Source: Linux Standard Base Core 5.0, sections 10.5 (pointer encodings) and 10.6 (.eh_frame).
 * Encodings are those that gcc and gas use on our architectures: absolute or relative to the field,
 * of 2, 4 or 8 bytes or LEB128. */
#include "cfi_entry.h"

/* ---- Pointers ---- */

enum { ENCODING_RELATIVE = 0x10, ENCODING_INDIRECT = 0x80, ENCODING_OMIT = 0xff };

static uint64_t read_format(struct cursor *c, uint8_t format)
{
    switch (format) {
    case 0x0: /* an address */
    case 0x4:
    case 0xc:
        return cursor_unsigned(c, 8);
    case 0x1:
        return cursor_uleb(c);
    case 0x2:
        return cursor_unsigned(c, 2);
    case 0x3:
        return cursor_unsigned(c, 4);
    case 0x9:
        return cursor_sleb(c);
    case 0xa:
        return cursor_signed(c, 2);
    case 0xb:
        return cursor_signed(c, 4);
    }
    c->failed = true;
    return 0;
}

uint64_t cfi_pointer(struct cursor *c, uint8_t encoding)
{
    uint64_t base = 0;
    if ((encoding & 0x70) == ENCODING_RELATIVE)
        base = (uintptr_t)c->at;
    else if ((encoding & 0x70) != 0)
        c->failed = true;
    return base + read_format(c, encoding & 0xf);
}

/* ---- Entries ---- */

/* The next entry: its bytes after the length. False at the end or at a bad length. A length of zero
 * ends the tables of one object file; those of others follow when they were linked together. */
static bool next_entry(struct cursor *section, struct cursor *entry)
{
    uint64_t size = 0;
    while (size == 0 && cursor_has(section))
        size = cursor_unsigned(section, 4);
    if (size == 0xffffffff)
        size = cursor_unsigned(section, 8);
    *entry = cursor_of(section->at, section->at);
    cursor_skip(section, size);
    if (section->failed || size < 4)
        return false;
    entry->end = section->at;
    return true;
}

/* "zPLR...": each letter has its data in a block whose length comes first. */
static bool read_augmentation(struct cie *cie, struct cursor *c, const uint8_t *text)
{
    cie->has_augmentation = *text == 'z';
    if (!cie->has_augmentation)
        return *text == '\0';
    struct cursor data = cursor_block(c);
    while (*++text) {
        switch (*text) {
        case 'P': { /* the personality routine */
            uint8_t encoding = cursor_u8(&data);
            read_format(&data, encoding & 0xf);
            break;
        }
        case 'L': /* how functions' language data is pointed to */
            cursor_u8(&data);
            break;
        case 'R':
            cie->pointer_encoding = cursor_u8(&data);
            break;
        case 'S':
            cie->is_signal_frame = true;
            break;
        case 'B': /* aarch64: which key signs return addresses */
            break;
        default:
            return false;
        }
    }
    return !data.failed;
}

static bool read_cie(struct cie *cie, const uint8_t *at, const uint8_t *end)
{
    struct cursor section = cursor_of(at, end), c;
    *cie = (struct cie){.at = at};
    if (!next_entry(&section, &c) || cursor_unsigned(&c, 4) != 0)
        return false;
    uint8_t version = cursor_u8(&c);
    const uint8_t *text = c.at;
    while (cursor_u8(&c) != 0)
        ;
    if (c.failed || (version != 1 && version != 3))
        return false;
    cie->code_factor = cursor_uleb(&c);
    cie->data_factor = cursor_sleb(&c);
    cie->return_column = version == 1 ? cursor_u8(&c) : cursor_uleb(&c);
    if (!read_augmentation(cie, &c, text) || c.failed)
        return false;
    cie->program = c;
    return true;
}

static bool read_fde(const struct cie *cie, struct cursor c, struct fde *fde)
{
    fde->start = cfi_pointer(&c, cie->pointer_encoding);
    fde->size = read_format(&c, cie->pointer_encoding & 0xf);
    if (cie->has_augmentation)
        cursor_block(&c);
    fde->program = c;
    return !c.failed && !(cie->pointer_encoding & ENCODING_INDIRECT);
}

bool cfi_find_entry(const struct unwind_tables *tables, uint64_t addr, struct cie *cie,
                    struct fde *fde)
{
    struct cursor section = cursor_of(tables->eh_frame, tables->eh_frame_end), entry;
    bool is_cie_good = false;
    cie->at = NULL;
    while (next_entry(&section, &entry)) {
        const uint8_t *field = entry.at;
        uint64_t back = cursor_unsigned(&entry, 4);
        if (back == 0)
            continue; /* a CIE */
        if (back > (uint64_t)(field - tables->eh_frame))
            return false;
        if (cie->at != field - back)
            is_cie_good = read_cie(cie, field - back, tables->eh_frame_end);
        if (is_cie_good && read_fde(cie, entry, fde) && addr - fde->start < fde->size)
            return true;
    }
    return false;
}
