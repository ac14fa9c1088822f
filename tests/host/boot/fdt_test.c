/* Device trees: a machine with all that the loader looks for, then damage. */
#include "fdt/describe.h"
#include "fdt/fdt.h"

#include "tree_builder.h"

static struct machine fdt_machine_found;

static void add_core(struct tree_builder *tree, const char *name, uint32_t id, const char *method,
                     const char *status)
{
    tree_begin(tree, name);
    tree_text(tree, "device_type", "cpu");
    CELLS(tree, "reg", 0, id);
    if (method)
        tree_text(tree, "enable-method", method);
    if (status)
        tree_text(tree, "status", status);
    if (method && strcmp(method, "spin-table") == 0)
        CELLS(tree, "cpu-release-addr", 1, 0x8000);
    tree_end(tree);
}

static void add_cores(struct tree_builder *tree)
{
    tree_begin(tree, "cpus");
    CELLS(tree, "#address-cells", 2);
    CELLS(tree, "#size-cells", 0);
    tree_begin(tree, "cpu-map");
    tree_end(tree);
    add_core(tree, "cpu@0", 0, "psci", NULL);
    add_core(tree, "cpu@1", 1, "psci", "disabled");
    add_core(tree, "cpu@2", 2, "spin-table", "disabled");
    add_core(tree, "cpu@3", 3, NULL, "disabled");
    add_core(tree, "cpu@4", 4, "something", "okay");
    tree_end(tree);
}

static void add_memory(struct tree_builder *tree)
{
    tree_begin(tree, "memory@40000000");
    tree_text(tree, "device_type", "memory");
    CELLS(tree, "reg", 0, 0x40000000, 0, 0x10000000, 1, 0, 0, 0x8000000);
    tree_end(tree);
    tree_begin(tree, "secram@e000000");
    tree_text(tree, "device_type", "memory");
    tree_text(tree, "status", "disabled");
    CELLS(tree, "reg", 0, 0xe000000, 0, 0x1000000);
    tree_end(tree);
    tree_begin(tree, "reserved-memory");
    CELLS(tree, "#address-cells", 2);
    CELLS(tree, "#size-cells", 2);
    tree_raw(tree, "ranges", "", 0);
    tree_begin(tree, "mmode_resv0@40000000");
    CELLS(tree, "reg", 0, 0x40000000, 0, 0x80000);
    tree_raw(tree, "no-map", "", 0);
    tree_end(tree);
    tree_end(tree);
    tree_reserve(tree, 0x48000000, 0x1000);
}

static void add_devices(struct tree_builder *tree)
{
    tree_begin(tree, "soc");
    CELLS(tree, "#address-cells", 1);
    CELLS(tree, "#size-cells", 1);
    tree_raw(tree, "ranges", "", 0);
    tree_begin(tree, "serial@9000000");
    tree_raw(tree, "compatible", "acme,uart\0arm,pl011", 20);
    CELLS(tree, "reg", 0x9000000, 0x1000);
    tree_end(tree);
    tree_begin(tree, "rtc@101000");
    tree_text(tree, "compatible", "google,goldfish-rtc");
    tree_text(tree, "status", "disabled");
    CELLS(tree, "reg", 0x101000, 0x1000);
    tree_end(tree);
    tree_end(tree);
    tree_begin(tree, "translated");
    CELLS(tree, "#address-cells", 1);
    CELLS(tree, "ranges", 0, 1, 0, 0x1000);
    tree_begin(tree, "rtc@0");
    tree_text(tree, "compatible", "arm,pl031");
    CELLS(tree, "reg", 0, 0x1000);
    tree_end(tree);
    tree_end(tree);
}

/* The whole machine, PSCI behind the cores that use it. */
static uint8_t *sample_tree(size_t *size)
{
    static struct tree_builder tree;
    tree = (struct tree_builder){.structure_size = 0};
    tree_begin(&tree, "");
    CELLS(&tree, "#address-cells", 2);
    CELLS(&tree, "#size-cells", 2);
    tree_token(&tree, 4); /* a NOP */
    add_cores(&tree);
    add_memory(&tree);
    add_devices(&tree);
    tree_begin(&tree, "psci");
    tree_text(&tree, "compatible", "arm,psci-1.0");
    tree_text(&tree, "method", "smc");
    tree_end(&tree);
    tree_begin(&tree, "chosen");
    tree_text(&tree, "bootargs", "a=b c");
    CELLS(&tree, "linux,initrd-start", 0x44000000);
    CELLS(&tree, "linux,initrd-end", 0, 0x44100000);
    CELLS(&tree, "boot-hartid", 2);
    tree_end(&tree);
    tree_end(&tree);
    return tree_finish(&tree, size);
}

static void open_tree(struct fdt *fdt, const uint8_t *blob, size_t size)
{
    struct error error;
    if (fdt_open(fdt, blob, size, &error))
        FAIL("%s", error.text);
}

TEST(fdt_walks_nodes_in_order)
{
    size_t size;
    uint8_t *blob = sample_tree(&size);
    struct fdt fdt;
    struct fdt_node node;
    unsigned nr = 1, deepest = 0;
    CHECK_EQ(fdt_blob_size(blob), size);
    open_tree(&fdt, blob, size);
    CHECK(fdt_root(&fdt, &node) && node.depth == 0 && node.name[0] == 0);
    while (fdt_next(&fdt, &node)) {
        nr++;
        deepest = node.depth > (int)deepest ? (unsigned)node.depth : deepest;
    }
    CHECK_EQ(nr, 19);
    CHECK_EQ(deepest, 2);
}

TEST(fdt_finds_memory_and_what_is_reserved)
{
    size_t size;
    uint8_t *blob = sample_tree(&size);
    struct fdt fdt;
    struct memmap *map = &fdt_machine_found.memmap;
    open_tree(&fdt, blob, size);
    fdt_add_memory(&fdt, map);
    CHECK_EQ(map->nr, 2);
    fdt_add_reserved(&fdt, map);
    CHECK_EQ(map->nr, 5);
    CHECK_EQ(memmap_find(map, 0x40000000)->type, LIMINE_MEMMAP_RESERVED);
    CHECK_EQ(memmap_find(map, 0x40080000)->type, LIMINE_MEMMAP_USABLE);
    CHECK_EQ(memmap_find(map, 0x48000000)->type, LIMINE_MEMMAP_RESERVED);
    CHECK_EQ(memmap_find(map, 0x100000000)->end, 0x108000000);
    CHECK(!memmap_find(map, 0xe000000));
}

TEST(fdt_finds_cores_and_how_they_start)
{
    size_t size;
    uint8_t *blob = sample_tree(&size);
    struct fdt fdt;
    struct machine *machine = &fdt_machine_found;
    machine->boot_core = 4;
    open_tree(&fdt, blob, size);
    fdt_add_cores(&fdt, machine);
    CHECK_EQ(machine->nr_cores, 4);
    CHECK_EQ(machine->cores[0].method, START_PSCI_SMC);
    CHECK_EQ(machine->cores[1].method, START_PSCI_SMC);
    CHECK_EQ(machine->cores[2].method, START_SPIN);
    CHECK_EQ(machine->cores[2].spin_address, 0x100008000);
    CHECK_EQ(machine->cores[3].id, 4);
    CHECK_EQ(machine->psci_cpu_on, 0xc4000003);
}

TEST(fdt_finds_boot_arguments_and_devices)
{
    size_t size;
    uint8_t *blob = sample_tree(&size);
    struct fdt fdt;
    struct fdt_machine found;
    open_tree(&fdt, blob, size);
    fdt_describe(&fdt, &found);
    CHECK(strcmp(found.bootargs, "a=b c") == 0);
    CHECK_EQ(found.initrd_start, 0x44000000);
    CHECK_EQ(found.initrd_end, 0x44100000);
    CHECK(found.has_boot_hart && found.boot_hart == 2);
    CHECK_EQ(found.devices[FDT_PL011], 0x9000000);
    CHECK_EQ(found.devices[FDT_GOLDFISH_RTC], 0);
    CHECK_EQ(found.devices[FDT_PL031], 0);
}

TEST(fdt_refuses_a_damaged_header)
{
    size_t size;
    struct fdt fdt;
    struct error error;
    static const unsigned words[] = {0, 1, 2, 3, 4, 5, 8, 9};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        uint8_t *blob = sample_tree(&size);
        put_u32(blob + 4 * words[i], words[i] == 5 ? 3 : 0x7ffffff1);
        CHECK_EQ(fdt_open(&fdt, blob, size, &error), -1);
        free(blob);
    }
    uint8_t *blob = sample_tree(&size);
    CHECK_EQ(fdt_open(&fdt, blob, 39, &error), -1);
    CHECK_EQ(fdt_open(&fdt, blob, size - 1, &error), -1);
}

static void fdt_run(uint8_t *data, size_t size)
{
    struct fdt fdt;
    struct error error;
    struct fdt_machine found;
    if (size >= 8 && check_random_below(4))
        put_u32(data + 4, (uint32_t)size); /* or nearly all damage ends at the size */
    if (fdt_open(&fdt, data, size, &error))
        return;
    fdt_machine_found.nr_cores = 0;
    memmap_clear(&fdt_machine_found.memmap);
    fdt_describe(&fdt, &found);
    fdt_add_cores(&fdt, &fdt_machine_found);
    fdt_add_memory(&fdt, &fdt_machine_found.memmap);
    fdt_add_reserved(&fdt, &fdt_machine_found.memmap);
    CHECK(strlen(found.bootargs) < size);
}

TEST(fdt_survives_damage)
{
    size_t size;
    uint8_t *blob = sample_tree(&size);
    mutate(blob, size, fdt_run);
}
