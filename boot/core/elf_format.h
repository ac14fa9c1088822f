/* ELF64 as far as a loader needs it (System V ABI, chapters 4 and 5; processor supplements). */
#ifndef BOOT_ELF_FORMAT_H
#define BOOT_ELF_FORMAT_H

#include <stdint.h>

struct elf_header {
    uint8_t ident[16];
    uint16_t type;
    uint16_t machine;
    uint32_t version;
    uint64_t entry;
    uint64_t phoff;
    uint64_t shoff;
    uint32_t flags;
    uint16_t ehsize;
    uint16_t phentsize;
    uint16_t phnum;
    uint16_t shentsize;
    uint16_t shnum;
    uint16_t shstrndx;
};

struct elf_segment {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t vaddr;
    uint64_t paddr;
    uint64_t filesz;
    uint64_t memsz;
    uint64_t align;
};

struct elf_dynamic {
    int64_t tag;
    uint64_t value;
};

struct elf_rela {
    uint64_t offset;
    uint64_t info; /* type in the low 32 bits */
    int64_t addend;
};

#define ELF_CLASS_64    2
#define ELF_DATA_LITTLE 1
#define ELF_TYPE_EXEC   2
#define ELF_TYPE_DYN    3

#define ELF_MACHINE_X86_64  62
#define ELF_MACHINE_AARCH64 183
#define ELF_MACHINE_RISCV   243

#define ELF_SEGMENT_LOAD    1
#define ELF_SEGMENT_DYNAMIC 2
#define ELF_SEGMENT_INTERP  3

#define ELF_EXECUTE 1
#define ELF_WRITE   2
#define ELF_READ    4

#define ELF_DT_NULL    0
#define ELF_DT_RELA    7
#define ELF_DT_RELASZ  8
#define ELF_DT_RELAENT 9
#define ELF_DT_REL     17
#define ELF_DT_JMPREL  23
#define ELF_DT_RELR    36

#define ELF_R_NONE             0
#define ELF_R_X86_64_RELATIVE  8
#define ELF_R_AARCH64_RELATIVE 1027
#define ELF_R_RISCV_RELATIVE   3

#endif
