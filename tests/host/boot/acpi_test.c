/* ACPI tables: RSDP, XSDT, MADT and FADT made here, at the host's addresses. */
#include "acpi/acpi.h"

struct acpi_tables {
    uint8_t rsdp[36];
    uint8_t xsdt[36 + 2 * 8];
    uint8_t fadt[132];
    uint8_t madt[256];
    size_t madt_size;
};

static void sum_to_zero(uint8_t *bytes, size_t size, size_t at)
{
    uint8_t sum = 0;
    bytes[at] = 0;
    for (size_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
    bytes[at] = (uint8_t)-sum;
}

static void finish_table(uint8_t *table, const char *signature, size_t size)
{
    uint32_t length = (uint32_t)size;
    memcpy(table, signature, 4);
    memcpy(table + 4, &length, 4);
    sum_to_zero(table, size, 9);
}

static void put_pointer(uint8_t *to, const void *pointer)
{
    uint64_t address = (uint64_t)(uintptr_t)pointer;
    memcpy(to, &address, 8);
}

static void madt_add(struct acpi_tables *tables, const void *entry, size_t size)
{
    memcpy(tables->madt + tables->madt_size, entry, size);
    tables->madt_size += size;
}

static void acpi_build(struct acpi_tables *tables)
{
    memcpy(tables->rsdp, "RSD PTR ", 8);
    tables->rsdp[15] = 2;
    put_pointer(tables->rsdp + 24, tables->xsdt);
    put_pointer(tables->xsdt + 36, tables->fadt);
    put_pointer(tables->xsdt + 44, tables->madt);
    tables->fadt[129] = 1; /* PSCI, by SMC */
    finish_table(tables->fadt, "FACP", sizeof tables->fadt);
    finish_table(tables->madt, "APIC", tables->madt_size);
    finish_table(tables->xsdt, "XSDT", sizeof tables->xsdt);
    sum_to_zero(tables->rsdp, 20, 8);
}

static void acpi_sample(struct acpi_tables *tables)
{
    uint8_t gicc[80] = {11, 80, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1};
    gicc[68] = 3;
    memset(tables, 0, sizeof *tables);
    tables->madt_size = 44;
    madt_add(tables, (uint8_t[]){0, 8, 5, 1, 1, 0, 0, 0}, 8);           /* UID 5, APIC 1 */
    madt_add(tables, (uint8_t[]){0, 8, 6, 2, 0, 0, 0, 0}, 8);           /* not enabled */
    madt_add(tables, (uint8_t[12]){1, 12, 0, 0, 0, 0, 0xc0, 0xfe}, 12); /* I/O APIC */
    madt_add(tables, (uint8_t[]){9, 16, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0}, 16);
    madt_add(tables, (uint8_t[]){9, 16, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0}, 16); /* again */
    madt_add(tables, gicc, sizeof gicc);
    madt_add(tables, (uint8_t[20]){24, 20, 1, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8}, 20);
    acpi_build(tables);
}

static struct machine acpi_machine;

TEST(acpi_finds_cores)
{
    struct acpi_tables tables;
    struct machine *machine = &acpi_machine;
    acpi_sample(&tables);
    machine->rsdp = (uint64_t)(uintptr_t)tables.rsdp;
    acpi_describe_cores(machine);
    CHECK_EQ(machine->nr_cores, 4);
    CHECK_EQ(machine->cores[0].id, 1);
    CHECK_EQ(machine->cores[0].processor_id, 5);
    CHECK_EQ(machine->cores[1].id, 0x100);
    CHECK_EQ(machine->cores[2].id, 3);
    CHECK_EQ(machine->cores[2].method, START_PSCI_SMC);
    CHECK_EQ(machine->cores[3].method, START_SBI);
    CHECK_EQ(acpi_io_apic(machine->rsdp, 0), 0xfec00000);
    CHECK_EQ(acpi_io_apic(machine->rsdp, 1), 0);
}

TEST(acpi_ignores_what_is_damaged)
{
    struct acpi_tables tables;
    struct machine *machine = &acpi_machine;
    acpi_describe_cores(machine);
    CHECK_EQ(machine->nr_cores, 0);
    acpi_sample(&tables);
    tables.madt[50] ^= 1;
    machine->rsdp = (uint64_t)(uintptr_t)tables.rsdp;
    acpi_describe_cores(machine);
    CHECK_EQ(machine->nr_cores, 0);
    tables.rsdp[0] = 'X';
    CHECK_EQ(acpi_find(machine->rsdp, "FACP"), 0);
}

static void madt_run(uint8_t *data, size_t size)
{
    struct acpi_tables tables;
    acpi_sample(&tables);
    /* In a heap object of its own: reading behind the table shows. */
    uint8_t *madt = malloc(44 + size);
    memcpy(madt, tables.madt, 44);
    memcpy(madt + 44, data, size);
    finish_table(madt, "APIC", 44 + size);
    put_pointer(tables.xsdt + 44, madt);
    finish_table(tables.xsdt, "XSDT", sizeof tables.xsdt);
    acpi_machine.rsdp = (uint64_t)(uintptr_t)tables.rsdp;
    acpi_machine.nr_cores = 0;
    acpi_describe_cores(&acpi_machine);
    acpi_io_apic(acpi_machine.rsdp, 3);
    free(madt);
}

TEST(acpi_survives_damage_in_the_madt)
{
    struct acpi_tables tables;
    acpi_sample(&tables);
    mutate(tables.madt + 44, tables.madt_size - 44, madt_run);
}
