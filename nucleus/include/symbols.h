/* symbols.h: names of the kernel's code, from the ELF file that the loader left in memory. */
#ifndef NUCLEUS_SYMBOLS_H
#define NUCLEUS_SYMBOLS_H

#include "base.h"

struct symbol {
    const char *name; /* in the ELF file's string table */
    uintptr_t start;
    bool is_ocaml; /* a camlMODULE.name_123 symbol */
};

/* Checks the ELF file once; without a usable symbol table nothing is ever found. */
void symbols_init(const void *elf, size_t size);

/* The symbol that covers addr; false when there is none. Linear in the table: for panics and tests.
 */
bool symbol_find(uintptr_t addr, struct symbol *symbol);

/* An OCaml symbol as its source names it (`Stdlib.List.map`), others as they are. */
void symbol_print_name(const struct symbol *symbol, char *buffer, size_t size);

#endif
