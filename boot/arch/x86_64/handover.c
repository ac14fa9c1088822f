/* Getting ready to leave the loader's world: the trampoline, interrupt controllers, PAT, APIC. */
#include "acpi/acpi.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/entry.h"
#include "core/arch.h"
#include "core/frontend.h"
#include "core/string.h"

#define CR4_PAE  (1U << 5)
#define CR4_LA57 (1U << 12)
#define EFER_LME (1U << 8)
#define EFER_NXE (1U << 11)

#define CODE_32 0x18
#define CODE_64 0x28

#define APIC_BASE_X2APIC (1U << 10)
#define APIC_BASE_ENABLE (1U << 11)

void arch_reserve(struct handover *to)
{
    to->low_page = front_alloc(PAGE_SIZE, PAGE_SIZE, MIB, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE,
                               "a page below 1 MiB");
    to->identity_base = to->low_page;
    to->identity_size = PAGE_SIZE;
}

/* Intel SDM vol. 3A, 3.5.1 and the 82093AA I/O APIC datasheet, 3.2. */
#define IO_APIC_VERSION     1
#define IO_APIC_REDIRECTION 0x10
#define IO_APIC_MASKED      (1U << 16)

static void io_apic_mask(uint64_t base)
{
    volatile uint32_t *select = phys_ptr(base), *window = phys_ptr(base + 0x10);
    *select = IO_APIC_VERSION;
    uint32_t last = *window >> 16 & 0xff;
    for (uint32_t i = 0; i <= last; i++) {
        *select = IO_APIC_REDIRECTION + 2 * i;
        uint32_t entry = *window, delivery = entry >> 8 & 7;
        if (delivery <= 1) /* fixed or lowest priority; NMI, SMI and the like are the firmware's */
            *window = entry | IO_APIC_MASKED;
    }
}

static void mask_interrupts(uint64_t rsdp)
{
    outb(0x21, 0xff);
    outb(0xa1, 0xff);
    uint64_t base;
    for (unsigned i = 0; (base = acpi_io_apic(rsdp, i)); i++)
        io_apic_mask(base);
}

static struct trampoline *trampoline_of(const struct handover *from)
{
    return phys_ptr(from->low_page + (uint64_t)(trampoline_fields - trampoline_begin));
}

static void build_trampoline(const struct handover *from)
{
    struct trampoline *page = trampoline_of(from);
    uint64_t base = from->low_page, gdt = base + (uint64_t)(trampoline_gdt - trampoline_begin);
    uint16_t limit = (uint16_t)(trampoline_gdt_end - trampoline_gdt - 1);
    bool has_nx = cpuid(0x80000001).edx & CPUID_EXT1_EDX_NX;
    memcpy(phys_ptr(base), trampoline_begin, (size_t)(trampoline_end - trampoline_begin));
    page->gdt_low = (struct descriptor_table){{0}, limit, gdt};
    page->gdt_high = (struct descriptor_table){{0}, limit, gdt + from->hhdm};
    page->resume = ptr_phys(trampoline_resume) + from->hhdm;
    page->cr3 = (uint32_t)from->enter.high;
    page->cr4 = CR4_PAE | (from->mode == LIMINE_PAGING_MODE_X86_64_5LVL ? CR4_LA57 : 0);
    page->efer = EFER_LME | (has_nx ? EFER_NXE : 0);
    page->to_32 = (struct far_pointer){
        (uint32_t)(base + (uint64_t)(trampoline_32 - trampoline_begin)), CODE_32};
    page->to_64 = (struct far_pointer){
        (uint32_t)(base + (uint64_t)(trampoline_64 - trampoline_begin)), CODE_64};
}

void arch_prepare(struct handover *to, const struct machine *machine)
{
    bool supported = cpuid(1).ecx & CPUID_1_ECX_X2APIC;
    bool on = rdmsr(MSR_APIC_BASE) & APIC_BASE_X2APIC;
    to->x2apic = on || (to->x2apic && supported);
    if (to->x2apic)
        wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_BASE_ENABLE | APIC_BASE_X2APIC);
    mask_interrupts(machine->rsdp);
    build_trampoline(to);
}

noreturn void arch_switch(struct handover *from, struct core_start *start)
{
    struct trampoline *page = trampoline_of(from);
    page->start = ptr_phys(start) + from->hhdm;
    trampoline_enter(from->low_page, &page->gdt_low,
                     from->low_page + (uint64_t)(trampoline_32 - trampoline_begin));
}

/* PAT as the protocol lays it out: WB, WT, UC-, UC, WP, WC, then two left to us: UC-, UC. */
#define PAT_LAYOUT 0x0007010500070406ULL

void arch_core_setup(const struct handover *from)
{
    if (cpuid(1).edx & CPUID_1_EDX_PAT)
        wrmsr(MSR_PAT, PAT_LAYOUT);
    if (from->x2apic)
        wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_BASE_ENABLE | APIC_BASE_X2APIC);
}
