/* msi.c: messages: a write to a local APIC's address raises the vector that the data names there.
 * No controller stands between, so none can mask one; the device can, and irq.c holds back what
 * comes even so. Source: Intel SDM volume 3, 11.11 (message signalled interrupts). */
#include "errno.h"
#include "interrupts.h"
#include "irq.h"
#include "machine.h"
#include "msi.h"
#include "vectors.h"

#define MESSAGE_BASE 0xfee00000ul /* destination in bits 12 to 19; fixed, physical */

static uint8_t vector_of[IRQ_MSI_MAX];

uint32_t arch_msi_count(void)
{
    return IRQ_MSI_MAX;
}

int arch_msi_alloc(uint32_t irq, uint32_t device_id, struct core *core, struct msi_message *message)
{
    (void)device_id;
    if (core->hw_id > APIC_ID_MAX)
        return -EINVAL;
    int vector = vector_alloc(irq, core);
    if (vector < 0)
        return vector;
    vector_of[irq - IRQ_MSI] = (uint8_t)vector;
    *message = (struct msi_message){MESSAGE_BASE | core->hw_id << 12, (uint32_t)vector};
    return 0;
}

void arch_msi_free(uint32_t irq)
{
    vector_free(vector_of[irq - IRQ_MSI], msi_core(irq));
}

bool arch_irq_mask(uint32_t irq, bool masked)
{
    if (irq >= IRQ_MSI)
        return false;
    ioapic_mask(irq, masked);
    return true;
}

/* An interprocessor interrupt with its vector: the core can't tell it from the message. */
int arch_irq_raise(uint32_t irq)
{
    struct core *core = msi_core(irq);
    if (core == NULL)
        return -ENOTSUP;
    lapic_ipi(core->hw_id, vector_of[irq - IRQ_MSI]);
    return 0;
}
