/* Kernels as ELF files: a small valid one, then everything that can be wrong with it. */
#include "core/elf.h"
#include "core/elf_format.h"
#include "core/requests.h"

#define BASE 0xffffffff80000000ULL

/* Three segments, a dynamic section with two relocations, and requests in the data. */
struct kernel_file {
    struct elf_header header;
    struct elf_segment segments[4];
    uint8_t text[256];
    struct elf_rela relocations[2];
    uint64_t padding;
    uint64_t start[4], tag[3], hhdm[6], paging[9], end[2], outside[6];
    struct elf_dynamic dynamic[5];
};

#define AT(field) offsetof(struct kernel_file, field)

static struct elf_segment segment(uint32_t flags, size_t from, size_t to, uint64_t page)
{
    return (struct elf_segment){.type = ELF_SEGMENT_LOAD,
                                .flags = flags,
                                .offset = from,
                                .vaddr = BASE + page * PAGE_SIZE + from % PAGE_SIZE,
                                .filesz = to - from,
                                .memsz = to - from,
                                .align = PAGE_SIZE};
}

static struct kernel_file valid_kernel(void)
{
    struct kernel_file k = {
        .header = {.ident = "\177ELF\2\1\1",
                   .type = ELF_TYPE_EXEC,
                   .machine = ELF_MACHINE_X86_64,
                   .version = 1,
                   .phoff = AT(segments),
                   .phentsize = sizeof(struct elf_segment),
                   .phnum = 4},
        .start = LIMINE_REQUESTS_START_MARKER,
        .tag = LIMINE_BASE_REVISION(3),
        .hhdm = LIMINE_HHDM_REQUEST,
        .paging = LIMINE_PAGING_MODE_REQUEST,
        .end = LIMINE_REQUESTS_END_MARKER,
        .outside = LIMINE_BOOTLOADER_INFO_REQUEST,
    };
    k.segments[0] = segment(ELF_READ | ELF_EXECUTE, AT(text), AT(relocations), 0);
    k.segments[1] = segment(ELF_READ, AT(relocations), AT(padding), 1);
    k.segments[2] = segment(ELF_READ | ELF_WRITE, AT(padding), sizeof k, 2);
    k.segments[2].memsz += 10000;
    k.header.entry = k.segments[0].vaddr + 16;
    memset(k.text, 0x90, sizeof k.text);
    return k;
}

/* The same as a position-independent one, linked at 0, with the words of the padding relocated. */
static struct kernel_file relocatable_kernel(void)
{
    struct kernel_file k = valid_kernel();
    k.header.type = ELF_TYPE_DYN;
    k.header.entry -= BASE;
    for (unsigned i = 0; i < 3; i++)
        k.segments[i].vaddr -= BASE;
    uint64_t data = k.segments[2].vaddr - AT(padding);
    k.segments[3] = (struct elf_segment){
        .type = ELF_SEGMENT_DYNAMIC, .vaddr = data + AT(dynamic), .memsz = sizeof k.dynamic};
    k.relocations[0] = (struct elf_rela){data + AT(padding), ELF_R_X86_64_RELATIVE, 0x1234};
    k.dynamic[0] = (struct elf_dynamic){ELF_DT_RELA, k.segments[1].vaddr};
    k.dynamic[1] = (struct elf_dynamic){ELF_DT_RELASZ, sizeof k.relocations};
    k.dynamic[2] = (struct elf_dynamic){ELF_DT_RELAENT, sizeof(struct elf_rela)};
    return k;
}

static int open_kernel(const struct kernel_file *k, struct elf_image *image, struct error *error)
{
    return elf_open(image, "k", k, sizeof *k, ELF_MACHINE_X86_64, error);
}

static void *load_kernel(const struct kernel_file *k, struct elf_image *image)
{
    struct error error;
    if (open_kernel(k, image, &error))
        FAIL("%s", error.text);
    void *memory = aligned_alloc(PAGE_SIZE, image->size);
    if (elf_load(image, (uint64_t)(uintptr_t)memory, &error))
        FAIL("%s", error.text);
    return memory;
}

TEST(elf_loads_segments_where_they_belong)
{
    struct kernel_file k = valid_kernel();
    struct elf_image image;
    uint8_t *memory = load_kernel(&k, &image);
    CHECK_EQ(image.virtual_base, BASE);
    CHECK_EQ(image.size, 5 * PAGE_SIZE);
    CHECK_EQ(image.entry, k.header.entry);
    CHECK(elf_executable(&image, image.entry) && !elf_executable(&image, BASE + 2 * PAGE_SIZE));
    CHECK(memcmp(memory + AT(text), k.text, sizeof k.text) == 0);
    CHECK(memcmp(memory + 2 * PAGE_SIZE + AT(tag), k.tag, sizeof k.tag) == 0);
    for (unsigned i = 0; i < 9000; i++)
        CHECK(memory[2 * PAGE_SIZE + sizeof k + i] == 0);
    CHECK(elf_address(&image, BASE, image.size) && !elf_address(&image, BASE, image.size + 1) &&
          !elf_address(&image, BASE - 1, 1) && !elf_address(&image, 0, 1));
}

TEST(elf_slides_and_relocates)
{
    struct kernel_file k = relocatable_kernel();
    struct elf_image image;
    uint8_t *memory = load_kernel(&k, &image);
    uint64_t word;
    memcpy(&word, memory + 2 * PAGE_SIZE + AT(padding), sizeof word);
    CHECK_EQ(image.slide, BASE);
    CHECK_EQ(image.virtual_base, BASE);
    CHECK_EQ(word, BASE + 0x1234);
}

static void expect_refusal(const struct kernel_file *k, const char *text)
{
    struct elf_image image;
    struct error error = {"nothing"};
    int result = open_kernel(k, &image, &error);
    if (result == 0) {
        void *memory = aligned_alloc(PAGE_SIZE, image.size);
        result = elf_load(&image, (uint64_t)(uintptr_t)memory, &error);
        free(memory);
    }
    CHECK_EQ(result, -1);
    if (strncmp(error.text, "k: ", 3) || !strstr(error.text, text))
        FAIL("\"%s\" instead of \"%s\"", error.text, text);
}

#define REFUSED(kernel, change, text)                                                              \
    do {                                                                                           \
        struct kernel_file k = kernel();                                                           \
        change;                                                                                    \
        expect_refusal(&k, text);                                                                  \
    } while (0)

TEST(elf_refuses_a_damaged_header)
{
    REFUSED(valid_kernel, k.header.ident[1] = 'e', "not an ELF file");
    REFUSED(valid_kernel, k.header.ident[4] = 1, "not a 64-bit");
    REFUSED(valid_kernel, k.header.ident[5] = 2, "not a 64-bit little-endian");
    REFUSED(valid_kernel, k.header.version = 2, "version 2");
    REFUSED(valid_kernel, k.header.machine = 183, "machine 183");
    REFUSED(valid_kernel, k.header.type = 1, "type 1");
    REFUSED(valid_kernel, k.header.phnum = 0, "no segments");
    REFUSED(valid_kernel, k.header.phentsize = 55, "of 55 bytes");
    REFUSED(valid_kernel, k.header.phoff = UINT64_MAX, "reach past");
    REFUSED(valid_kernel, k.header.phoff = sizeof k - 100, "reach past");
    REFUSED(valid_kernel, k.header.phoff += 4, "misaligned");
}

TEST(elf_refuses_a_damaged_segment)
{
    REFUSED(valid_kernel, k.segments[2].offset = UINT64_MAX - PAGE_SIZE, "segment 2");
    REFUSED(valid_kernel, k.segments[2].filesz = UINT64_MAX, "segment 2");
    REFUSED(valid_kernel, k.segments[1].memsz = 1, "in the file but");
    REFUSED(valid_kernel, k.segments[1].align = 3, "power of two");
    REFUSED(valid_kernel, k.segments[1].vaddr += 8, "modulo its alignment");
    REFUSED(valid_kernel, k.segments[0].vaddr = 0x1000 + AT(text), "below the higher half");
    REFUSED(valid_kernel, k.segments[2].memsz = UINT64_MAX / 2, "past the last page");
    REFUSED(valid_kernel, k.segments[2].vaddr += UINT64_MAX - BASE - 3 * PAGE_SIZE + 1,
            "past the last page");
    REFUSED(valid_kernel, k.segments[1].vaddr -= PAGE_SIZE, "shares a page");
    REFUSED(valid_kernel, k.segments[1] = k.segments[0], "overlaps");
    REFUSED(valid_kernel, k.segments[2].memsz = 3 * GIB / 2, "MiB");
    REFUSED(valid_kernel, k.segments[3].type = ELF_SEGMENT_INTERP, "dynamic linker");
    REFUSED(valid_kernel, k.header.phnum = 0; k.header.phnum = 1; k.segments[0].memsz = 0;
            k.segments[0].filesz = 0, "nothing to load");
}

TEST(elf_refuses_damaged_relocations)
{
    REFUSED(relocatable_kernel, k.relocations[1].info = 6, "type 6");
    REFUSED(relocatable_kernel, k.relocations[0].offset = UINT64_MAX, "outside of its segments");
    REFUSED(relocatable_kernel, k.dynamic[0].value = 1 * GIB, "relocation table");
    REFUSED(relocatable_kernel, k.dynamic[1].value = UINT64_MAX, "relocation table");
    REFUSED(relocatable_kernel, k.dynamic[2].value = 16, "relocation table");
    REFUSED(relocatable_kernel, k.dynamic[3].tag = ELF_DT_RELR, "not supported");
    REFUSED(relocatable_kernel, k.segments[3].memsz = UINT64_MAX, "dynamic section");
}

TEST(elf_lets_equal_segments_share_a_page)
{
    struct kernel_file k = valid_kernel();
    struct elf_image image;
    k.segments[1].vaddr -= PAGE_SIZE;
    k.segments[1].flags = k.segments[0].flags;
    free(load_kernel(&k, &image));
}

TEST(elf_keeps_large_alignment)
{
    struct kernel_file k = valid_kernel();
    struct elf_image image;
    struct error error;
    k.segments[0].align = 2 * MIB;
    k.segments[0].vaddr += 2 * MIB;
    k.segments[1].vaddr += 2 * MIB;
    k.segments[2].vaddr += 2 * MIB;
    CHECK_EQ(open_kernel(&k, &image, &error), 0);
    CHECK_EQ(image.align, 2 * MIB);
    CHECK_EQ(image.virtual_base % (2 * MIB), 0);
}

TEST(requests_are_found_between_the_delimiters)
{
    struct kernel_file k = valid_kernel();
    struct elf_image image;
    struct requests requests;
    struct error error;
    struct kernel_file *seen = (void *)((uint8_t *)load_kernel(&k, &image) + 2 * PAGE_SIZE);
    CHECK_EQ(requests_find(&requests, &image, &error), 0);
    CHECK(requests.at[REQUEST_HHDM] == seen->hhdm);
    CHECK(requests.at[REQUEST_PAGING_MODE] == seen->paging);
    CHECK(!requests.at[REQUEST_BOOTLOADER_INFO]);
    CHECK_EQ(requests.revision, 3);
    CHECK_EQ(seen->tag[1], 3);
    CHECK_EQ(seen->tag[2], 0);
}

TEST(requests_answer_each_base_revision)
{
    for (uint64_t asked = 0; asked < 6; asked++) {
        struct kernel_file k = valid_kernel();
        struct elf_image image;
        struct requests requests;
        struct error error;
        k.tag[2] = asked;
        struct kernel_file *seen = (void *)((uint8_t *)load_kernel(&k, &image) + 2 * PAGE_SIZE);
        CHECK_EQ(requests_find(&requests, &image, &error), 0);
        CHECK_EQ(requests.revision, asked < 3 ? asked : 3);
        CHECK_EQ(seen->tag[1], requests.revision);
        CHECK_EQ(seen->tag[2], asked > 3 ? asked : 0);
    }
}

TEST(requests_may_not_come_twice)
{
    struct kernel_file k = valid_kernel();
    struct elf_image image;
    struct requests requests;
    struct error error;
    memcpy(k.paging, k.hhdm, sizeof k.hhdm);
    load_kernel(&k, &image);
    CHECK_EQ(requests_find(&requests, &image, &error), -1);
    CHECK(strstr(error.text, "twice"));
}

TEST(requests_may_not_be_cut_off)
{
    struct kernel_file k = valid_kernel();
    struct elf_image image;
    struct requests requests;
    struct error error;
    k.segments[2].filesz = AT(paging) + 48 - AT(padding);
    load_kernel(&k, &image);
    CHECK_EQ(requests_find(&requests, &image, &error), -1);
    CHECK(strstr(error.text, "cut off"));
}

static void elf_run(uint8_t *data, size_t size)
{
    struct elf_image image;
    struct error error;
    struct requests requests;
    if (elf_open(&image, "k", data, size, ELF_MACHINE_X86_64, &error) || image.size > 4 * MIB)
        return;
    void *memory = aligned_alloc(PAGE_SIZE, image.size);
    if (elf_load(&image, (uint64_t)(uintptr_t)memory, &error) == 0)
        requests_find(&requests, &image, &error);
    free(memory);
}

TEST(elf_survives_damage)
{
    struct kernel_file k = relocatable_kernel();
    mutate(&k, sizeof k, elf_run);
}
