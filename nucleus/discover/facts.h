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
