/* gic_v3.c: GICv3: system registers, one redistributor a core. Source: Arm IHI 0069, chapter 12. */
#include "interrupts.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"

#define GICR_STRIDE      (128 * KIB) /* two frames of 64 KiB: control, and SGIs and PPIs */
#define GICR_STRIDE_VLPI (256 * KIB)

enum { GICR_TYPER = 0x08, GICR_WAKER = 0x14, GICR_SGI = 0x10000 };
#define WAKER_SLEEP    (1u << 1)
#define WAKER_CHILDREN (1u << 2)
#define TYPER_VLPI     (1u << 1)
#define TYPER_LAST     (1u << 4)

static uintptr_t region; /* redistributors, when they lie together */

/* SAFETY: base is a mapped redistributor. */
static volatile uint32_t *gicr_reg(uintptr_t base, unsigned offset)
{
    return (volatile uint32_t *)(base + offset);
}

static void init(uint32_t nr_lines)
{
    for (uint32_t i = 32; i < nr_lines; i += 32)
        *gicd_reg(GICD_IGROUPR + i / 8) = UINT32_MAX;
    if (discovered.arm.gicr_base)
        region = kspace_map_phys(discovered.arm.gicr_base, discovered.arm.gicr_size,
                                 PAGE_WRITE | PAGE_DEVICE);
    *gicd_reg(GICD_CTLR) = 1 << 4 | 1 << 1 | 1; /* affinity routing, group 1 */
}

/* MPIDR's affinity fields 3.2.1.0 as one word, as GICR_TYPER has them. */
static uint32_t packed_affinity(uint64_t mpidr)
{
    return (uint32_t)(mpidr & 0xffffff) | (uint32_t)(mpidr >> 32 & 0xff) << 24;
}

static uintptr_t find_redistributor(struct core *core)
{
    for (uint32_t i = 0; i < discovered.nr_cores; i++)
        if (discovered.core[i].hw_id == core->hw_id && discovered.core[i].gicr_base)
            return kspace_map_phys(discovered.core[i].gicr_base, GICR_STRIDE,
                                   PAGE_WRITE | PAGE_DEVICE);
    for (uintptr_t at = region; region && at < region + discovered.arm.gicr_size;) {
        uint32_t low = *gicr_reg(at, GICR_TYPER), affinity = *gicr_reg(at, GICR_TYPER + 4);
        if (affinity == packed_affinity(core->hw_id))
            return at;
        if (low & TYPER_LAST)
            break;
        at += low & TYPER_VLPI ? GICR_STRIDE_VLPI : GICR_STRIDE;
    }
    panic("gic: core %u (MPIDR %lx) has no redistributor", core->index, core->hw_id);
}

static void wake(uintptr_t gicr)
{
    *gicr_reg(gicr, GICR_WAKER) &= ~WAKER_SLEEP;
    while (*gicr_reg(gicr, GICR_WAKER) & WAKER_CHILDREN)
        arch_relax();
}

static void init_core(struct core *core)
{
    uintptr_t gicr = find_redistributor(core), sgi = gicr + GICR_SGI;
    core->arch.gicr = gicr;
    wake(gicr);
    *gicr_reg(sgi, GICD_ICENABLER) = UINT32_MAX;
    *gicr_reg(sgi, GICD_IGROUPR) = UINT32_MAX;
    for (unsigned i = 0; i < 32; i += 4)
        *gicr_reg(sgi, GICD_IPRIORITYR + i) = 0xa0a0a0a0;
    *gicr_reg(sgi, GICD_ISENABLER) = 1u << SGI_IPI | 1u << discovered.arm.timer_virtual_intid;
    SYSREG_WRITE(s3_0_c12_c12_5, SYSREG_READ(s3_0_c12_c12_5) | 1); /* ICC_SRE_EL1.SRE */
    __asm__ volatile("isb" ::: "memory");
    SYSREG_WRITE(s3_0_c4_c6_0, 0xf0); /* ICC_PMR_EL1 */
    SYSREG_WRITE(s3_0_c12_c12_7, 1);  /* ICC_IGRPEN1_EL1 */
    __asm__ volatile("isb" ::: "memory");
}

static uint32_t acknowledge(void)
{
    uint32_t intid = (uint32_t)SYSREG_READ(s3_0_c12_c12_0); /* ICC_IAR1_EL1 */
    __asm__ volatile("dsb sy" ::: "memory");
    return intid;
}

static void end(uint32_t token)
{
    SYSREG_WRITE(s3_0_c12_c12_1, token); /* ICC_EOIR1_EL1 */
    __asm__ volatile("isb" ::: "memory");
}

static void ipi(struct core *core)
{
    uint64_t id = core->hw_id, aff0 = id & 0xff;
    uint64_t value = (id >> 32 & 0xff) << 48 | (id >> 16 & 0xff) << 32 | (id >> 8 & 0xff) << 16 |
                     (aff0 >> 4) << 44 | (uint64_t)SGI_IPI << 24 | 1ull << (aff0 & 15);
    SYSREG_WRITE(s3_0_c12_c11_5, value); /* ICC_SGI1R_EL1 */
    __asm__ volatile("isb" ::: "memory");
}

static void route(uint32_t intid)
{
    *(volatile uint64_t *)gicd_reg(GICD_IROUTER + 8 * intid) = boot_core.hw_id;
}

const struct gic_ops gic_v3 = {init, init_core, acknowledge, end, ipi, route};
