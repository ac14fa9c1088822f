/*
 * The few ACPI tables that a loader reads (ACPI Specification 6.5, chapter 5): which cores there
 * are, how to start them on aarch64, and where I/O APICs are.
 */
#ifndef BOOT_ACPI_H
#define BOOT_ACPI_H

#include "core/machine.h"

/* Physical address of the table with this signature, checked, or 0. */
uint64_t acpi_find(uint64_t rsdp, const char *signature);

/* Adds the machine's cores from the MADT. Nothing happens without one. */
void acpi_describe_cores(struct machine *machine);

/* The nr-th I/O APIC's physical address, or 0 behind the last one. */
uint64_t acpi_io_apic(uint64_t rsdp, unsigned nr);

#endif
