/* user_tables.c: see user_tables.h. */
#include "user_tables.h"
#include "errno.h"
#include "paging.h"
#include "walk.h"

int user_tables_make(struct user_tables *t)
{
    phys_t root = table_in(frames_alloc_spare());
    if (root == 0)
        return -ENOMEM;
    paging_copy_kernel_half(root);
    *t = (struct user_tables){.root = root, .nr_tables = 1};
    return 0;
}

static void free_below(struct user_tables *t, phys_t table, unsigned level, unsigned nr_entries)
{
    for (unsigned i = 0; level > 0 && i < nr_entries; i++) {
        pte_t value = entry_read(&table_at(table)[i]);
        if (!pte_is_empty(value))
            free_below(t, pte_table_phys(value), level - 1, ENTRIES);
    }
    frames_free(table, 0);
    t->nr_tables--;
}

void user_tables_free(struct user_tables *t)
{
    free_below(t, t->root, paging_levels - 1, PTE_USER_ENTRIES);
    t->root = 0;
}

/* The entry for virt at the lowest level to which there are tables; *level says which. With `make`,
 * tables are made down to level 0 as long as there are frames. */
static pte_t *walk(struct user_tables *t, uintptr_t virt, bool make, unsigned *level)
{
    phys_t table = t->root;
    for (*level = paging_levels - 1;; --*level) {
        pte_t *entry = &table_at(table)[index_at(virt, *level)];
        pte_t value = entry_read(entry);
        if (*level == 0)
            return entry;
        if (pte_is_empty(value)) {
            phys_t fresh = make ? table_in(frames_alloc_spare()) : 0;
            if (fresh == 0)
                return entry;
            t->nr_tables++;
            value = pte_table(fresh);
            entry_write(entry, value);
        }
        table = pte_table_phys(value);
    }
}

pte_t *user_tables_leaf(struct user_tables *t, uintptr_t virt, bool make)
{
    unsigned level;
    pte_t *entry = walk(t, virt, make, &level);
    return level == 0 ? entry : NULL;
}

pte_t *user_tables_next(struct user_tables *t, uintptr_t *at, uintptr_t end)
{
    while (*at < end) {
        unsigned level;
        pte_t *entry = walk(t, *at, false, &level);
        if (level == 0 && !pte_is_empty(entry_read(entry)))
            return entry;
        *at = ALIGN_DOWN(*at, level_size(level)) + level_size(level);
    }
    return NULL;
}
