/*
 * Starting other cores: INIT, then startup interrupts (Intel SDM vol. 3A, 9.4.4), one core after
 * the other, because the trampoline has room for one core's parameters.
 */
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/entry.h"
#include "core/arch.h"

#define APIC_ICR_LOW   0x300
#define APIC_ICR_HIGH  0x310
#define APIC_ESR       0x280
#define ICR_INIT       0x4500 /* assert */
#define ICR_STARTUP    0x4600
#define ICR_PENDING    (1U << 12)
#define MSR_X2APIC_ICR 0x830
#define APIC_BASE_MASK 0x000ffffffffff000ULL

static volatile uint32_t *apic_register(unsigned offset)
{
    return phys_ptr((rdmsr(MSR_APIC_BASE) & APIC_BASE_MASK) + offset);
}

static void send_ipi(bool x2apic, uint64_t id, uint32_t command)
{
    if (x2apic) {
        wrmsr(MSR_X2APIC_ICR, id << 32 | command);
        return;
    }
    *apic_register(APIC_ESR) = 0;
    *apic_register(APIC_ICR_HIGH) = (uint32_t)id << 24;
    *apic_register(APIC_ICR_LOW) = command;
    for (unsigned i = 0; i < 1000 && (*apic_register(APIC_ICR_LOW) & ICR_PENDING); i++)
        arch_delay_us(1);
}

static bool arrives_soon(const struct core_start *start, unsigned us)
{
    for (; us && !__atomic_load_n(&start->arrived, __ATOMIC_ACQUIRE); us -= 10)
        arch_delay_us(10);
    return us != 0;
}

bool arch_core_start(struct handover *from, const struct core *core, struct core_start *start)
{
    struct trampoline *page =
        phys_ptr(from->low_page + (uint64_t)(trampoline_fields - trampoline_begin));
    uint32_t startup = ICR_STARTUP | (uint32_t)(from->low_page >> 12);
    if (core->method != START_SIPI || (core->id > 0xfe && !from->x2apic))
        return false;
    __atomic_store_n(&page->start, ptr_phys(start) + from->hhdm, __ATOMIC_RELEASE);
    send_ipi(from->x2apic, core->id, ICR_INIT);
    arch_delay_us(10000);
    send_ipi(from->x2apic, core->id, startup);
    if (!arrives_soon(start, 200))
        send_ipi(from->x2apic, core->id, startup);
    return true;
}

/* INIT makes it wait for a startup interrupt that doesn't come. */
void arch_core_abandon(const struct handover *from, const struct core *core)
{
    if (core->method == START_SIPI && (core->id <= 0xfe || from->x2apic))
        send_ipi(from->x2apic, core->id, ICR_INIT);
}

void arch_mp_info(struct limine_mp_info *info, const struct core *core)
{
    info->processor_id = core->processor_id;
    info->lapic_id = (uint32_t)core->id;
}

void arch_mp_response(struct limine_mp_response *response, const struct machine *machine,
                      const struct handover *from)
{
    response->flags = from->x2apic ? LIMINE_MP_X2APIC : 0;
    response->bsp_lapic_id = (uint32_t)machine->boot_core;
}
