/* user_tables.h: the page tables of one user address space: its own half, and a copy of the
 * kernel's top entries, which never change (paging.c makes them all at boot). Pages of 4 KiB. The
 * caller locks and flushes. */
#ifndef CORE_USER_TABLES_H
#define CORE_USER_TABLES_H

#include "pte.h"

struct user_tables {
    phys_t root;
    uint64_t nr_tables; /* frames in use, the root included */
};

/* 0 or -ENOMEM. */
int user_tables_make(struct user_tables *t);

/* Frees all tables. The leaves' frames are the caller's to free before. */
void user_tables_free(struct user_tables *t);

/* The entry for a page. NULL: there is none and, when `make`, no frame for a table. */
pte_t *user_tables_leaf(struct user_tables *t, uintptr_t virt, bool make);

/* The first entry that is not empty of those for [*at, end), with *at its address; or NULL. */
pte_t *user_tables_next(struct user_tables *t, uintptr_t *at, uintptr_t end);

#endif
