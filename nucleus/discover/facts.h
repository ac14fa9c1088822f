/* facts.h: how the readers of device trees and of ACPI add to struct discovered. Each call keeps
 * within the bounds of the structure whatever it is given. */
#ifndef DISCOVER_FACTS_H
#define DISCOVER_FACTS_H

#include "bytes.h"
#include "discover.h"

/* A core with this hardware id: a new one, or the one that was added before with it. NULL when
 * full. */
struct discovered_core *facts_core(struct discovered *d, uint64_t hw_id);

/* Reserves [base, base + size). When the list is full, the range nearest to it is widened to hold
 * it: a reservation is never lost. */
void facts_reserve(struct discovered *d, phys_t base, uint64_t size);

/* One more region of GICv3 redistributors; left out when there are too many. */
void facts_gicr(struct discovered *d, phys_t base, uint64_t size);

/* The INTIDs of a v2m frame, as firmware tells; what can't be shared interrupts is left out. */
void facts_v2m_spis(struct discovered *d, uint32_t first, uint32_t count);

/* Which bits of an IMSIC page's address number its hart; false, and nothing noted, when there can't
 * be such bits (RISC-V AIA 1.0, 3.6: 7, 14, 7 of them at most, the group's in bits 24 to 55). */
bool facts_imsic_bits(struct discovered *d, uint32_t guest, uint32_t hart, uint32_t group,
                      uint32_t group_shift);

/* Copies text up to its first NUL, cut to fit, with '?' for what is not printable ASCII. */
void facts_text(char *to, size_t size, struct bytes text);

/* What the kernel asks about a RISC-V hart. */
struct riscv_isa {
    bool has_sstc, has_svpbmt, has_v, has_h;
};

/* From an ISA string such as "rv64imafdch_zicsr_sstc". */
struct riscv_isa riscv_isa_parse(struct bytes text);

/* Notes the extension of this name (in an ISA string's lower case), if it is one of those asked
 * about. */
void riscv_isa_extension(struct riscv_isa *isa, struct bytes name);

/* Notes one more hart: the machine has what all its harts have. */
void facts_isa(struct discovered *d, bool is_first, struct riscv_isa isa);

#endif
