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

/* Where redistributors lie one after the other. */
static struct region {
    uintptr_t base;
    phys_t phys;
    uint64_t size;
} region[1 + DISCOVER_GICR_MORE];
static unsigned nr_regions;

/* SAFETY: base is a mapped redistributor. */
static volatile uint32_t *gicr_reg(uintptr_t base, unsigned offset)
{
    return (volatile uint32_t *)(base + offset);
}

static void add_region(phys_t phys, uint64_t size)
{
    uintptr_t base = size ? kspace_map_phys(phys, size, PAGE_WRITE | PAGE_DEVICE) : 0;
    if (base)
        region[nr_regions++] = (struct region){base, phys, size};
}

static void init(uint32_t nr_lines)
{
    for (uint32_t i = INTID_SHARED; i < nr_lines; i += 32)
        *gicd_reg(GICD_IGROUPR + i / 8) = UINT32_MAX;
    add_region(discovered.arm.gicr_base, discovered.arm.gicr_size);
    for (uint32_t i = 0; i < discovered.arm.nr_gicr_more; i++)
        add_region(discovered.arm.gicr_more[i].base, discovered.arm.gicr_more[i].size);
    *gicd_reg(GICD_CTLR) = 1 << 4 | 1 << 1 | 1; /* affinity routing, group 1 */
}

/* MPIDR's affinity fields 3.2.1.0 as one word, as GICR_TYPER has them. */
static uint32_t packed_affinity(uint64_t mpidr)
{
    return (uint32_t)(mpidr & 0xffffff) | (uint32_t)(mpidr >> 32 & 0xff) << 24;
}

static uint64_t stride_of(uint32_t type_low)
{
    if (discovered.arm.gicr_stride >= GICR_STRIDE)
        return discovered.arm.gicr_stride;
    return type_low & TYPER_VLPI ? GICR_STRIDE_VLPI : GICR_STRIDE;
}

static bool find_in_region(struct core *core, const struct region *r)
{
    uint32_t low = 0;
    for (uint64_t at = 0; at + GICR_STRIDE <= r->size && !(low & TYPER_LAST);
         at += stride_of(low)) {
        low = *gicr_reg(r->base + at, GICR_TYPER);
        if (*gicr_reg(r->base + at, GICR_TYPER + 4) == packed_affinity(core->hw_id)) {
            core->arch.gicr = r->base + at;
            core->arch.gicr_phys = r->phys + at;
            return true;
        }
    }
    return false;
}

/* ACPI may say where each core's redistributor is. */
static phys_t told_redistributor(const struct core *core)
{
    for (uint32_t i = 0; i < discovered.nr_cores; i++)
        if (discovered.core[i].hw_id == core->hw_id)
            return discovered.core[i].gicr_base;
    return 0;
}

static void find_redistributor(struct core *core)
{
    phys_t told = told_redistributor(core);
    if (told) {
        core->arch.gicr = kspace_map_phys(told, GICR_STRIDE, PAGE_WRITE | PAGE_DEVICE);
        core->arch.gicr_phys = told;
        return;
    }
    for (unsigned i = 0; i < nr_regions; i++)
        if (find_in_region(core, &region[i]))
            return;
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
    find_redistributor(core);
    uintptr_t gicr = core->arch.gicr, sgi = gicr + GICR_SGI;
    wake(gicr);
    *gicr_reg(sgi, GICD_ICENABLER) = UINT32_MAX;
    *gicr_reg(sgi, GICD_IGROUPR) = UINT32_MAX;
    for (unsigned i = 0; i < 32; i += 4)
        *gicr_reg(sgi, GICD_IPRIORITYR + i) = GIC_PRIORITY * 0x01010101u;
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

static void route(uint32_t intid, const struct core *core)
{
    *(volatile uint64_t *)gicd_reg(GICD_IROUTER + 8 * intid) = core->hw_id;
}

const struct gic_ops gic_v3 = {0xffffff, init, init_core, acknowledge, end, ipi, route};
