/* cfi_entry.h: the entries of .eh_frame. */
#ifndef NUCLEUS_CFI_ENTRY_H
#define NUCLEUS_CFI_ENTRY_H

#include "dwarf_cursor.h"
#include "unwind.h"

/* A Common Information Entry: what the entries of many functions share. */
struct cie {
    const uint8_t *at; /* NULL: none was read */
    struct cursor program;
    uint64_t code_factor;
    int64_t data_factor;
    uint64_t return_column;
    uint8_t pointer_encoding;
    bool has_augmentation, is_signal_frame;
};

/* A Frame Description Entry: the instructions [start, start + size), and the program that tells how
 * the frame changes along them. */
struct fde {
    uint64_t start, size;
    struct cursor program;
};

/* The entry that covers addr, with what it shares. False when there is none or the tables are
 * malformed. */
bool cfi_find_entry(const struct unwind_tables *tables, uint64_t addr, struct cie *cie,
                    struct fde *fde);

/* A pointer in the encoding that a CIE names. */
uint64_t cfi_pointer(struct cursor *c, uint8_t encoding);

#endif
