/* imsic.c: each hart's file of incoming messages. A message writes an identity to the hart's page,
 * and there it is pending; the hart claims it by a CSR. Only the hart itself can mask one, so irq.c
 * holds back what is masked.
 *
 * Identity 1 is for interrupts between harts. The others are vectors, of messages and of the lines
 * that an APLIC forwards. Source: RISC-V Advanced Interrupt Architecture 1.0, chapter 3. */
#include "errno.h"
#include "interrupts.h"
#include "irq.h"
#include "kspace.h"
#include "machine.h"
#include "msi.h"
#include "paging.h"
#include "vectors.h"

/* CSRs: siselect 0x150, sireg 0x151, stopei 0x15c; registers behind siselect: */
enum { EIDELIVERY = 0x70, EITHRESHOLD = 0x72, EIP0 = 0x80, EIE0 = 0xc0 };

static bool present;
static uint32_t nr_identities; /* that we use: 1 to this - 1 */
static uint16_t identity_of[IRQ_MSI_MAX];

bool imsic_init(void)
{
    if (discovered.riscv.imsic_base == 0 || discovered.riscv.imsic_ids < IMSIC_IPI + 1)
        return false;
    nr_identities = MIN(discovered.riscv.imsic_ids + 1, VECTORS);
    vectors_init(IMSIC_IPI + 1, nr_identities);
    present = true;
    return true;
}

/* SAFETY: registers of this hart's own interrupt file, with interrupts off. */
static void write(uint64_t which, uint64_t value)
{
    CSR_WRITE(0x150, which);
    CSR_WRITE(0x151, value);
}

/* Nothing pending, all identities enabled, no threshold. 64 identities an even register. */
static void reset_file(void)
{
    for (uint32_t i = 0; i < nr_identities; i += 64) {
        write(EIP0 + i / 32, 0);
        write(EIE0 + i / 32, UINT64_MAX);
    }
    write(EITHRESHOLD, 0);
    write(EIDELIVERY, 1);
}

void imsic_init_core(struct core *core)
{
    core->arch.imsic = kspace_map_phys(core->arch.imsic_phys, PAGE_SIZE, PAGE_WRITE | PAGE_DEVICE);
    if (core->arch.imsic)
        reset_file();
}

/* SAFETY: the page is the interrupt file's; its first word, seteipnum_le, takes identities. */
void imsic_send(const struct core *core, uint32_t identity)
{
    *(volatile uint32_t *)core->arch.imsic = identity;
}

uint32_t imsic_claim(void)
{
    uint64_t top;
    /* SAFETY: reads stopei, and by writing it claims what was read. */
    __asm__ volatile("csrrw %0, 0x15c, x0" : "=r"(top)::"memory");
    return (uint32_t)(top >> 16);
}

/* ---- the face of machine.h, for messages ---- */

uint32_t arch_msi_count(void)
{
    return present ? IRQ_MSI_MAX : 0;
}

int arch_msi_alloc(uint32_t irq, uint32_t device_id, struct core *core, struct msi_message *message)
{
    (void)device_id;
    if (core->arch.imsic == 0)
        return -EINVAL;
    int identity = vector_alloc(irq, core);
    if (identity < 0)
        return identity;
    identity_of[irq - IRQ_MSI] = (uint16_t)identity;
    *message = (struct msi_message){core->arch.imsic_phys, (uint32_t)identity};
    return 0;
}

void arch_msi_free(uint32_t irq)
{
    vector_free(identity_of[irq - IRQ_MSI], msi_core(irq));
}

int imsic_raise(uint32_t irq)
{
    const struct core *core = msi_core(irq);
    if (core == NULL)
        return -EINVAL;
    imsic_send(core, identity_of[irq - IRQ_MSI]);
    return 0;
}
