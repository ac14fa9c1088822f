/*
 * Puts a checked image in memory and applies its relocations, if it has any: a static
 * position-independent executable does, also one that linkers call ET_EXEC for not beginning at 0.
 */
#include "core/elf.h"
#include "core/elf_format.h"
#include "core/string.h"

void *elf_address(const struct elf_image *image, uint64_t vaddr, uint64_t nr_bytes)
{
    uint64_t offset = vaddr - image->virtual_base;
    if (offset > image->size || nr_bytes > image->size - offset)
        return NULL;
    return phys_ptr(image->physical_base + offset);
}

static void copy_segments(const struct elf_image *image)
{
    memset(phys_ptr(image->physical_base), 0, image->size);
    for (unsigned i = 0; i < image->nr_parts; i++) {
        const struct elf_part *part = &image->parts[i];
        memcpy(elf_address(image, part->vaddr, part->filesz), image->file + part->offset,
               part->filesz);
    }
}

static bool is_relative(uint32_t type, uint16_t machine)
{
    return (machine == ELF_MACHINE_X86_64 && type == ELF_R_X86_64_RELATIVE) ||
           (machine == ELF_MACHINE_AARCH64 && type == ELF_R_AARCH64_RELATIVE) ||
           (machine == ELF_MACHINE_RISCV && type == ELF_R_RISCV_RELATIVE);
}

static int relocate_one(const struct elf_image *image, uint16_t machine,
                        const struct elf_rela *entry, struct error *error)
{
    uint32_t type = (uint32_t)entry->info;
    if (type == ELF_R_NONE)
        return 0;
    if (!is_relative(type, machine))
        return error_set(error, "%s: relocation of type %u is not a relative one", image->name,
                         type);
    uint64_t value = (uint64_t)entry->addend + image->slide;
    void *target = elf_address(image, entry->offset + image->slide, sizeof(value));
    if (!target)
        return error_set(error, "%s: relocation of 0x%lx is outside of its segments", image->name,
                         (unsigned long)entry->offset);
    memcpy(target, &value, sizeof(value));
    return 0;
}

struct rela_table {
    uint64_t vaddr, size, entry_size;
};

static int read_dynamic(const struct elf_image *image, struct rela_table *table,
                        struct error *error)
{
    const uint8_t *bytes = elf_address(image, image->dynamic, image->dynamic_size);
    if (!bytes)
        return error_set(error, "%s: its dynamic section is outside of its segments", image->name);
    for (uint64_t at = 0; at + sizeof(struct elf_dynamic) <= image->dynamic_size;
         at += sizeof(struct elf_dynamic)) {
        struct elf_dynamic entry;
        memcpy(&entry, bytes + at, sizeof(entry));
        if (entry.tag == ELF_DT_NULL)
            return 0;
        if (entry.tag == ELF_DT_RELA)
            table->vaddr = entry.value + image->slide;
        else if (entry.tag == ELF_DT_RELASZ)
            table->size = entry.value;
        else if (entry.tag == ELF_DT_RELAENT)
            table->entry_size = entry.value;
        else if (entry.tag == ELF_DT_REL || entry.tag == ELF_DT_JMPREL || entry.tag == ELF_DT_RELR)
            return error_set(error, "%s: has relocations of a kind (tag %lu) that is not supported",
                             image->name, (unsigned long)entry.tag);
    }
    return 0;
}

static int relocate(const struct elf_image *image, struct error *error)
{
    uint16_t machine;
    struct rela_table table = {0, 0, sizeof(struct elf_rela)};
    memcpy(&machine, image->file + offsetof(struct elf_header, machine), sizeof(machine));
    if (read_dynamic(image, &table, error))
        return -1;
    const uint8_t *bytes = elf_address(image, table.vaddr, table.size);
    if (table.size && (!bytes || table.entry_size != sizeof(struct elf_rela)))
        return error_set(error, "%s: its relocation table is outside of its segments or malformed",
                         image->name);
    for (uint64_t at = 0; at + sizeof(struct elf_rela) <= table.size;
         at += sizeof(struct elf_rela)) {
        struct elf_rela entry;
        memcpy(&entry, bytes + at, sizeof(entry));
        if (relocate_one(image, machine, &entry, error))
            return -1;
    }
    return 0;
}

int elf_load(struct elf_image *image, uint64_t physical_base, struct error *error)
{
    image->physical_base = physical_base;
    copy_segments(image);
    return image->dynamic_size ? relocate(image, error) : 0;
}
