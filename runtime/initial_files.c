/* initial_files.c: what the tree of files holds when the program starts: /tmp, /dev/null, the
 * kernel's own file under the name that argv[0] tells, and what the loader brought below root/. */
#include "boot_info.h"
#include "kcall.h"
#include "node.h"
#include "paging.h"
#include "panic.h"
#include "version.h"

#define MODULE_PREFIX "/root/"

static struct node *create(struct node *parent, const char *name, size_t size, bool is_directory)
{
    struct node *n = node_create(parent, name, size, is_directory);
    if (n == NULL)
        panic("files: no memory for %s", name);
    return n;
}

/* The file or directory at a path of the root directory; directories on the way are made. */
static struct node *create_path(const char *path, bool is_directory)
{
    struct node *parent = node_root();
    size_t size = 0;
    for (const char *at = path; at[size]; size++)
        if (at[size] == '/') {
            struct lookup found;
            char name[NODE_NAME_MAX + 1];
            memcpy(name, at, size);
            name[size] = '\0';
            parent = node_lookup(parent, name, &found) == 0 ? found.node
                                                            : create(parent, at, size, true);
            path = at += size + 1;
            size = 0;
        }
    return create(parent, path, size, is_directory);
}

/* SAFETY: the frames of the kernel's file and of modules are never given to the allocator. */
static void set_foreign(struct node *n, phys_t base, uint64_t size)
{
    n->foreign = true;
    n->data = phys_to_virt(base);
    n->size = n->capacity = size;
}

static void add_module(const struct boot_module *m)
{
    size_t prefix = strlen(MODULE_PREFIX);
    if (memcmp(m->path, MODULE_PREFIX, prefix) == 0 && m->path[prefix])
        set_foreign(create_path(m->path + prefix, false), m->base, m->size_bytes);
}

void files_init(void)
{
    create_path("tmp", true);
    create_path("dev/null", false)->is_null = true;
    set_foreign(create_path(PROGRAM_NAME, false), boot_info.kernel_file,
                boot_info.kernel_file_size);
    for (uint32_t i = 0; i < boot_info.nr_modules; i++)
        add_module(&boot_info.module[i]);
}
