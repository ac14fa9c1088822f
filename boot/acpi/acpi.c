/*
 * Tables are read byte by byte: they are aligned to nothing, and an unaligned access can fault.
 * A table whose length or checksum is wrong does not exist for us.
 */
#include "acpi/acpi.h"
#include "core/report.h"
#include "core/string.h"

#define HEADER_SIZE 36 /* of every system description table */

static uint64_t read_bytes(uint64_t address, unsigned nr_bytes)
{
    const uint8_t *bytes = phys_ptr(address);
    uint64_t value = 0;
    for (unsigned i = nr_bytes; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

static uint32_t table_length(uint64_t table)
{
    return (uint32_t)read_bytes(table + 4, 4);
}

static bool sum_is_zero(uint64_t address, uint64_t length)
{
    const uint8_t *bytes = phys_ptr(address);
    uint8_t sum = 0;
    for (uint64_t i = 0; i < length; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum == 0;
}

static bool table_valid(uint64_t table)
{
    uint32_t length = table ? table_length(table) : 0;
    return length >= HEADER_SIZE && length < 16 * MIB && sum_is_zero(table, length);
}

uint64_t acpi_find(uint64_t rsdp, const char *signature)
{
    if (!rsdp || memcmp(phys_ptr(rsdp), "RSD PTR ", 8) != 0 || !sum_is_zero(rsdp, 20))
        return 0;
    bool extended = read_bytes(rsdp + 15, 1) >= 2;
    uint64_t root = extended ? read_bytes(rsdp + 24, 8) : 0;
    unsigned pointer_size = root ? 8 : 4;
    if (!root)
        root = read_bytes(rsdp + 16, 4);
    if (!table_valid(root))
        return 0;
    for (uint64_t at = HEADER_SIZE; at + pointer_size <= table_length(root); at += pointer_size) {
        uint64_t table = read_bytes(root + at, pointer_size);
        if (table && memcmp(phys_ptr(table), signature, 4) == 0 && table_valid(table))
            return table;
    }
    return 0;
}

/* MADT entries (ACPI 5.2.12). */
#define MADT_ENTRIES 44
#define MADT_LAPIC   0
#define MADT_IO_APIC 1
#define MADT_X2APIC  9
#define MADT_GICC    11
#define MADT_RINTC   24
#define MADT_ENABLED 1

/* The next entry behind `at`, which is updated; 0 at the table's end. */
static uint64_t madt_next(uint64_t madt, uint32_t *at)
{
    uint32_t length = table_length(madt);
    if (*at + 2 > length)
        return 0;
    uint64_t entry = madt + *at;
    uint32_t size = (uint32_t)read_bytes(entry + 1, 1);
    if (size < 2 || size > length - *at)
        return 0;
    *at += size;
    return entry;
}

/* FADT offset 129, ARM_BOOT_ARCH: bit 0, PSCI is there; bit 1, it is called by HVC. */
static enum start_method psci_method(uint64_t rsdp)
{
    uint64_t fadt = acpi_find(rsdp, "FACP");
    if (!fadt || table_length(fadt) < 131)
        return START_NONE;
    uint64_t flags = read_bytes(fadt + 129, 2);
    if (!(flags & 1))
        return START_NONE;
    return flags & 2 ? START_PSCI_HVC : START_PSCI_SMC;
}

/* Reads one entry as a core; false when it is something else or not usable. */
static bool madt_core(uint64_t entry, enum start_method psci, struct core *core)
{
    static const uint8_t sizes[] = {
        [MADT_LAPIC] = 8, [MADT_X2APIC] = 16, [MADT_GICC] = 76, [MADT_RINTC] = 20};
    uint64_t type = read_bytes(entry, 1), flags = 0;
    if (type >= sizeof(sizes) || !sizes[type] || read_bytes(entry + 1, 1) < sizes[type])
        return false;
    switch (type) {
    case MADT_LAPIC:
        *core = (struct core){read_bytes(entry + 3, 1), (uint32_t)read_bytes(entry + 2, 1), 0,
                              START_SIPI};
        flags = read_bytes(entry + 4, 4);
        break;
    case MADT_X2APIC:
        *core = (struct core){read_bytes(entry + 4, 4), (uint32_t)read_bytes(entry + 12, 4), 0,
                              START_SIPI};
        flags = read_bytes(entry + 8, 4);
        break;
    case MADT_GICC:
        *core =
            (struct core){read_bytes(entry + 68, 8), (uint32_t)read_bytes(entry + 8, 4), 0, psci};
        flags = read_bytes(entry + 12, 4);
        break;
    case MADT_RINTC:
        *core = (struct core){read_bytes(entry + 8, 8), (uint32_t)read_bytes(entry + 16, 4), 0,
                              START_SBI};
        flags = read_bytes(entry + 4, 4);
        break;
    }
    return flags & MADT_ENABLED;
}

static bool core_known(const struct machine *machine, uint64_t id)
{
    for (unsigned i = 0; i < machine->nr_cores; i++) {
        if (machine->cores[i].id == id)
            return true;
    }
    return false;
}

#define PSCI_CPU_ON_64 0xc4000003U /* Arm DEN0022, 5.1.4 */

void acpi_describe_cores(struct machine *machine)
{
    uint64_t madt = acpi_find(machine->rsdp, "APIC"), entry;
    uint32_t at = MADT_ENTRIES;
    struct core core;
    machine->psci = psci_method(machine->rsdp);
    machine->psci_cpu_on = PSCI_CPU_ON_64;
    while (madt && (entry = madt_next(madt, &at))) {
        if (!madt_core(entry, machine->psci, &core) || core_known(machine, core.id))
            continue;
        if (machine->nr_cores == CORES_MAX)
            report("ACPI: core %lx is left out, there are more than %u", (unsigned long)core.id,
                   CORES_MAX);
        else
            machine->cores[machine->nr_cores++] = core;
    }
}

uint64_t acpi_io_apic(uint64_t rsdp, unsigned nr)
{
    uint64_t madt = acpi_find(rsdp, "APIC"), entry;
    uint32_t at = MADT_ENTRIES;
    while (madt && (entry = madt_next(madt, &at))) {
        if (read_bytes(entry, 1) == MADT_IO_APIC && read_bytes(entry + 1, 1) >= 12 && nr-- == 0)
            return read_bytes(entry + 4, 4);
    }
    return 0;
}
