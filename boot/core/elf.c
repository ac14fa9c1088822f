/* Checks on the ELF file itself: nothing in it is believed before it was compared with its size. */
#include "core/elf.h"
#include "core/elf_format.h"
#include "core/string.h"

static int check_header(const struct elf_image *image, const struct elf_header *header,
                        uint16_t machine, struct error *error)
{
    const char *name = image->name;
    if (image->file_size < sizeof(*header))
        return error_set(error, "%s: %lu bytes are too few for an ELF file", name,
                         (unsigned long)image->file_size);
    if (memcmp(header->ident, "\177ELF", 4) != 0)
        return error_set(error, "%s: not an ELF file (its first bytes are %02x %02x %02x %02x)",
                         name, header->ident[0], header->ident[1], header->ident[2],
                         header->ident[3]);
    if (header->ident[4] != ELF_CLASS_64 || header->ident[5] != ELF_DATA_LITTLE)
        return error_set(error, "%s: not a 64-bit little-endian ELF file", name);
    if (header->ident[6] != 1 || header->version != 1)
        return error_set(error, "%s: ELF version %u is unknown", name, header->version);
    if (header->machine != machine)
        return error_set(error, "%s: made for ELF machine %u, this one is %u", name,
                         header->machine, machine);
    if (header->type != ELF_TYPE_EXEC && header->type != ELF_TYPE_DYN)
        return error_set(error, "%s: ELF type %u is not an executable", name, header->type);
    return 0;
}

static int check_table(const struct elf_image *image, const struct elf_header *header,
                       struct error *error)
{
    uint64_t size = (uint64_t)header->phnum * sizeof(struct elf_segment);
    if (header->phnum == 0)
        return error_set(error, "%s: has no segments", image->name);
    if (header->phentsize != sizeof(struct elf_segment))
        return error_set(error, "%s: program headers of %u bytes, expected %u", image->name,
                         header->phentsize, (unsigned)sizeof(struct elf_segment));
    if (header->phoff > image->file_size || size > image->file_size - header->phoff)
        return error_set(error,
                         "%s: its %u program headers at 0x%lx reach past the file's end at 0x%lx",
                         image->name, header->phnum, (unsigned long)header->phoff,
                         (unsigned long)image->file_size);
    return 0;
}

static int check_segment(const struct elf_image *image, unsigned nr,
                         const struct elf_segment *segment, struct error *error)
{
    const char *name = image->name;
    uint64_t vaddr = segment->vaddr + image->slide, align = segment->align;
    if (segment->offset > image->file_size || segment->filesz > image->file_size - segment->offset)
        return error_set(
            error, "%s: segment %u (0x%lx bytes at 0x%lx) reaches past the file's end at 0x%lx",
            name, nr, (unsigned long)segment->filesz, (unsigned long)segment->offset,
            (unsigned long)image->file_size);
    if (segment->filesz > segment->memsz)
        return error_set(error, "%s: segment %u has 0x%lx bytes in the file but 0x%lx in memory",
                         name, nr, (unsigned long)segment->filesz, (unsigned long)segment->memsz);
    if (align & (align - 1))
        return error_set(error, "%s: segment %u: alignment 0x%lx is not a power of two", name, nr,
                         (unsigned long)align);
    if (align > 1 && ((segment->vaddr - segment->offset) & (align - 1)))
        return error_set(
            error, "%s: segment %u: address 0x%lx and offset 0x%lx differ modulo its alignment",
            name, nr, (unsigned long)segment->vaddr, (unsigned long)segment->offset);
    if (vaddr < KERNEL_BASE_MIN)
        return error_set(error, "%s: segment %u is at 0x%lx, below the higher half's 0x%lx", name,
                         nr, (unsigned long)vaddr, (unsigned long)KERNEL_BASE_MIN);
    if (segment->memsz > -PAGE_SIZE - vaddr || vaddr > -PAGE_SIZE)
        return error_set(error, "%s: segment %u (0x%lx bytes at 0x%lx) reaches past the last page",
                         name, nr, (unsigned long)segment->memsz, (unsigned long)vaddr);
    return 0;
}

/* Segments may not overlap, and may share a page only when they may do the same things there. */
static int check_neighbours(const struct elf_image *image, unsigned nr, struct error *error)
{
    const struct elf_part *part = &image->parts[image->nr_parts - 1];
    uint64_t end = part->vaddr + part->memsz;
    for (const struct elf_part *other = image->parts; other < part; other++) {
        uint64_t other_end = other->vaddr + other->memsz;
        if (part->vaddr < other_end && other->vaddr < end)
            return error_set(error, "%s: segment %u at 0x%lx overlaps the one at 0x%lx",
                             image->name, nr, (unsigned long)part->vaddr,
                             (unsigned long)other->vaddr);
        bool shares_page = ROUND_DOWN(part->vaddr, PAGE_SIZE) < ROUND_UP(other_end, PAGE_SIZE) &&
                           ROUND_DOWN(other->vaddr, PAGE_SIZE) < ROUND_UP(end, PAGE_SIZE);
        if (shares_page && part->flags != other->flags)
            return error_set(error,
                             "%s: segment %u at 0x%lx shares a page with the one at 0x%lx, which "
                             "has other permissions",
                             image->name, nr, (unsigned long)part->vaddr,
                             (unsigned long)other->vaddr);
    }
    return 0;
}

static int add_load_segment(struct elf_image *image, unsigned nr, const struct elf_segment *segment,
                            struct error *error)
{
    if (segment->memsz == 0)
        return 0;
    if (image->nr_parts == ELF_SEGMENTS_MAX)
        return error_set(error, "%s: more than %u segments to load", image->name, ELF_SEGMENTS_MAX);
    if (check_segment(image, nr, segment, error))
        return -1;
    image->parts[image->nr_parts++] = (struct elf_part){
        .vaddr = segment->vaddr + image->slide,
        .memsz = segment->memsz,
        .filesz = segment->filesz,
        .offset = segment->offset,
        .flags = segment->flags & (ELF_READ | ELF_WRITE | ELF_EXECUTE),
    };
    image->align = max_u64(image->align, min_u64(segment->align, 2 * MIB));
    return check_neighbours(image, nr, error);
}

static int add_segment(struct elf_image *image, unsigned nr, const struct elf_segment *segment,
                       struct error *error)
{
    switch (segment->type) {
    case ELF_SEGMENT_LOAD:
        return add_load_segment(image, nr, segment, error);
    case ELF_SEGMENT_INTERP:
        return error_set(error, "%s: wants a dynamic linker; link it statically", image->name);
    case ELF_SEGMENT_DYNAMIC:
        image->dynamic = segment->vaddr + image->slide;
        image->dynamic_size = segment->memsz;
        return 0;
    default:
        return 0;
    }
}

/* A relocatable kernel linked at 0 slides up to the lowest address that the protocol allows. */
static uint64_t choose_slide(const struct elf_segment *segments, unsigned nr, bool relocatable)
{
    uint64_t lowest = UINT64_MAX;
    for (unsigned i = 0; i < nr; i++) {
        if (segments[i].type == ELF_SEGMENT_LOAD && segments[i].memsz)
            lowest = min_u64(lowest, segments[i].vaddr);
    }
    return relocatable && lowest < KERNEL_BASE_MIN ? KERNEL_BASE_MIN : 0;
}

static int measure(struct elf_image *image, struct error *error)
{
    uint64_t low = UINT64_MAX, high = 0;
    for (unsigned i = 0; i < image->nr_parts; i++) {
        low = min_u64(low, image->parts[i].vaddr);
        high = max_u64(high, image->parts[i].vaddr + image->parts[i].memsz);
    }
    if (image->nr_parts == 0)
        return error_set(error, "%s: has nothing to load", image->name);
    /* From an aligned base, so that physical and virtual addresses agree modulo the alignment. */
    image->virtual_base = ROUND_DOWN(low, image->align);
    image->size = ROUND_UP(high, PAGE_SIZE) - image->virtual_base;
    if (image->size > 1 * GIB)
        return error_set(error, "%s: its segments span %lu MiB, more than 1024", image->name,
                         (unsigned long)(image->size / MIB));
    return 0;
}

int elf_open(struct elf_image *image, const char *name, const void *file, uint64_t size,
             uint16_t machine, struct error *error)
{
    struct elf_header header = {0};
    *image = (struct elf_image){.name = name, .file = file, .file_size = size, .align = PAGE_SIZE};
    memcpy(&header, file, min_u64(size, sizeof(header)));
    if (check_header(image, &header, machine, error) || check_table(image, &header, error))
        return -1;
    if (header.phnum > 64 || (header.phoff & 7))
        return error_set(error, "%s: its %u program headers at 0x%lx are too many or misaligned",
                         name, header.phnum, (unsigned long)header.phoff);
    const struct elf_segment *segments = (const void *)(image->file + header.phoff);
    image->slide = choose_slide(segments, header.phnum, header.type == ELF_TYPE_DYN);
    for (unsigned i = 0; i < header.phnum; i++) {
        if (add_segment(image, i, &segments[i], error))
            return -1;
    }
    image->entry = header.entry + image->slide;
    return measure(image, error);
}

bool elf_executable(const struct elf_image *image, uint64_t vaddr)
{
    for (unsigned i = 0; i < image->nr_parts; i++) {
        const struct elf_part *part = &image->parts[i];
        if ((part->flags & ELF_EXECUTE) && vaddr - part->vaddr < part->memsz)
            return true;
    }
    return false;
}
