/*
 * What each architecture provides; arch/ARCH/ holds the same file names with these functions.
 */
#ifndef BOOT_ARCH_H
#define BOOT_ARCH_H

#include "core/handover.h"
#include "core/machine.h"
#include "core/paging.h"

/* ---- core.c: this core and what is around it ---------------------------------------------- */

uint16_t arch_elf_machine(void);

/* As limine.conf spells it: x86-64, aarch64, riscv64. */
const char *arch_name(void);

/* Id of the core that runs this; `told` is what the firmware said, for who can't ask the core. */
uint64_t arch_this_core(uint64_t told);

/* No more interrupts on this core. */
void arch_interrupts_off(void);

/* Waits about that long. */
void arch_delay_us(unsigned us);
void arch_relax(void);

/* ---- serial.c, clock.c, stop.c: devices; `base` is what a device tree said, 0 if nothing --- */

void arch_serial_open(uint64_t base);
void arch_serial_write(const char *text);

void arch_clock_read(uint64_t base, struct boot_time *time);

/*
 * Ends the machine and tells whoever started it that there was an error, where the machine has a
 * way to do so: an emulator's exit device. Comes back where it has none.
 */
void arch_exit_failed(uint64_t base);

/* Turns the machine off if that can be done without knowing much, else halts this core. */
noreturn void arch_power_off(const struct machine *machine);

/* ---- pagetable.c: the format of page tables. 512 entries of 64 bits on each level ---------- */

/* Whether the machine has this paging mode (LIMINE_PAGING_MODE_...). */
bool arch_mode_available(unsigned mode);
/* Without a request, and the highest that there is a name for. */
unsigned arch_mode_default(void);
unsigned arch_mode_max(void);
unsigned arch_mode_levels(unsigned mode);
uint64_t arch_mode_hhdm(unsigned mode);

/* The largest page: 1 is 4 KiB, 2 is 2 MiB, 3 is 1 GiB. */
unsigned arch_leaf_level_max(void);
uint64_t arch_entry_table(uint64_t table);
uint64_t arch_entry_leaf(uint64_t address, unsigned flags, unsigned level);
/* The physical address in a table entry; 0 for an empty one. */
uint64_t arch_entry_target(uint64_t entry);
/* Whether the lower half of the address space has a root table of its own. */
bool arch_has_low_root(void);
/* Tables must end at or below this physical address. */
uint64_t arch_tables_limit(void);

/* ---- handover.c and entry.S: from the loader's world into the kernel's -------------------- */

/* Memory that the switch needs and that must be asked of the front end early. */
void arch_reserve(struct handover *handover);

/*
 * Called when the firmware is gone and all of `handover` is final: masks interrupts at their
 * controllers, makes what other cores will read visible to them.
 */
void arch_prepare(struct handover *handover, const struct machine *machine);

/* The boot core: enters the kernel's address space and goes on in core_arrive(). */
noreturn void arch_switch(struct handover *handover, struct core_start *start);

/* On every core, in the kernel's address space: registers that the protocol prescribes. */
void arch_core_setup(const struct handover *handover);

/* Leaves the loader: stack, argument, all other registers as the protocol says. */
noreturn void arch_jump(uint64_t entry, uint64_t stack_top, uint64_t argument);

/* ---- mp.c: other cores ------------------------------------------------------------------- */

/*
 * Makes a sleeping core arrive in core_arrive(start), in the kernel's address space. False when
 * the firmware refuses; whether the core arrives is seen in start->arrived.
 */
bool arch_core_start(struct handover *handover, const struct core *core, struct core_start *start);

/* Keeps a core that did not arrive from doing so later with another core's parameters. */
void arch_core_abandon(const struct handover *handover, const struct core *core);

/* Fills in the architecture's own fields of one core's info and of the response. */
void arch_mp_info(struct limine_mp_info *info, const struct core *core);
void arch_mp_response(struct limine_mp_response *response, const struct machine *machine,
                      const struct handover *handover);

#endif
