/* aplic.c: the advanced platform-level interrupt controller, the supervisor's domain. It interrupts
 * harts itself (direct delivery), or turns each line into a message for a hart's IMSIC.
 * Source: RISC-V Advanced Interrupt Architecture 1.0, chapter 4. */
#include "errno.h"
#include "interrupts.h"
#include "irq.h"
#include "kspace.h"
#include "machine.h"
#include "paging.h"
#include "vectors.h"

enum {
    DOMAINCFG = 0x0000,
    SOURCECFG = 0x0000, /* + 4 * source */
    SETIPNUM = 0x1cdc,
    IN_CLRIP = 0x1d00, /* read: what the inputs say */
    CLRIPNUM = 0x1ddc,
    SETIENUM = 0x1edc,
    CLRIENUM = 0x1fdc,
    TARGET = 0x3000, /* + 4 * source */
    IDC = 0x4000,    /* + 32 * hart */
};
enum { IDELIVERY = 0x00, IFORCE = 0x04, ITHRESHOLD = 0x08, CLAIMI = 0x1c }; /* of an IDC */
enum { DOMAIN_MESSAGES = 1 << 2, DOMAIN_ENABLE = 1 << 8 };
enum { INACTIVE = 0, EDGE_RISING = 4, LEVEL_HIGH = 6, LEVEL_LOW = 7 };
#define HART_SHIFT   18 /* of a target */
#define PRIORITY     1
#define WINDOW_BYTES (16 * KIB) /* without the IDCs */
#define IDC_BYTES    32

static uintptr_t window;
static uint8_t identity_of[IRQ_MSI]; /* what a line is in all IMSICs */

/* SAFETY: the window is mapped, large enough for all sources and the IDCs that discovery found. */
static volatile uint32_t *reg(uintptr_t offset)
{
    return (volatile uint32_t *)(window + offset);
}

static uint32_t nr_idcs(void)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < discovered.nr_cores; i++)
        count = MAX(count, (uint32_t)(discovered.core[i].aplic_idc + 1));
    return count;
}

static bool init(uint32_t mode)
{
    phys_t base = discovered.riscv.aplic_base;
    if (base == 0)
        return false;
    window = kspace_map_phys(base, WINDOW_BYTES + ALIGN_UP(nr_idcs() * IDC_BYTES, PAGE_SIZE),
                             PAGE_WRITE | PAGE_DEVICE);
    for (uint32_t i = 1; window && i <= MIN(discovered.riscv.aplic_sources, IRQ_MSI - 1); i++) {
        *reg(CLRIENUM) = i;
        *reg(SOURCECFG + 4 * i) = INACTIVE;
    }
    if (window)
        *reg(DOMAINCFG) = DOMAIN_ENABLE | mode;
    return window != 0;
}

/* ---- both ways of delivery ---- */

static void mask(uint32_t source, bool masked)
{
    if (window)
        *reg(masked ? CLRIENUM : SETIENUM) = source;
}

/* A line at a level can't be made pending against what its input says. */
static int raise(uint32_t source)
{
    if (window == 0 || *reg(SOURCECFG + 4 * source) != EDGE_RISING)
        return -ENOTSUP;
    *reg(SETIPNUM) = source;
    return 0;
}

static bool is_level(uint32_t source)
{
    return *reg(SOURCECFG + 4 * source) >= LEVEL_HIGH;
}

/* Does its device assert the line? */
static bool input(uint32_t source)
{
    return *reg(IN_CLRIP + source / 32 * 4) >> source % 32 & 1;
}

static int configure(uint32_t source, uint32_t trigger)
{
    static const uint32_t modes[] = {
        [IRQ_EDGE] = EDGE_RISING, [IRQ_LEVEL_HIGH] = LEVEL_HIGH, [IRQ_LEVEL_LOW] = LEVEL_LOW};
    if (source > discovered.riscv.aplic_sources)
        return -EINVAL;
    mask(source, true);
    *reg(SOURCECFG + 4 * source) = modes[trigger];
    if (*reg(SOURCECFG + 4 * source) != modes[trigger]) /* not wired, or not to us */
        return -EINVAL;
    *reg(CLRIPNUM) = source;
    return 0;
}

static void disconnect(uint32_t source)
{
    mask(source, true);
    *reg(SOURCECFG + 4 * source) = INACTIVE;
    if (identity_of[source])
        vector_free(identity_of[source], NULL);
    identity_of[source] = 0;
}

/* ---- direct ---- */

static bool init_direct(void)
{
    return init(0);
}

static volatile uint32_t *idc_reg(const struct core *core, unsigned offset)
{
    return reg(IDC + (uintptr_t)core->arch.aplic_idc * IDC_BYTES + offset);
}

static void init_core_direct(struct core *core, const struct discovered_core *found)
{
    core->arch.aplic_idc = found->aplic_idc;
    if (core->arch.aplic_idc < 0)
        return;
    *idc_reg(core, IFORCE) = 0;
    *idc_reg(core, ITHRESHOLD) = 0; /* take all */
    *idc_reg(core, IDELIVERY) = 1;
}

/* Claiming a level that its device has let go of already would be for nothing; some implementations
 * (QEMU's) offer it all the same. */
static void dispatch_direct(struct core *core)
{
    uint32_t claimed;
    while (core->arch.aplic_idc >= 0 && (claimed = *idc_reg(core, CLAIMI)) != 0) {
        uint32_t source = claimed >> 16;
        if (!is_level(source) || input(source))
            irq_dispatch(source);
    }
}

static int route_direct(uint32_t source, struct core *core)
{
    if (core->arch.aplic_idc < 0)
        return -EINVAL;
    *reg(TARGET + 4 * source) = (uint32_t)core->arch.aplic_idc << HART_SHIFT | PRIORITY;
    return 0;
}

static int connect_direct(uint32_t source, uint32_t trigger, struct core *core)
{
    int error = configure(source, trigger);
    return error ? error : route_direct(source, core);
}

const struct controller aplic_direct = {.name = "APLIC",
                                        .init = init_direct,
                                        .init_core = init_core_direct,
                                        .dispatch = dispatch_direct,
                                        .connect = connect_direct,
                                        .disconnect = disconnect,
                                        .route = route_direct,
                                        .mask = mask,
                                        .raise = raise};

/* ---- by messages ---- */

static bool init_messages(void)
{
    if (!imsic_init())
        return false;
    init(DOMAIN_MESSAGES); /* machines without lines have no APLIC */
    return true;
}

static void init_core_messages(struct core *core, const struct discovered_core *found)
{
    core->arch.imsic_phys = found->imsic_page;
    if (core->arch.imsic_phys)
        imsic_init_core(core);
}

/* A level that stays is forwarded once; SETIPNUM has it forwarded again. Asked of the input first:
 * some implementations make the line pending whatever it says. */
static void forward_again(uint32_t source)
{
    if (is_level(source) && input(source))
        *reg(SETIPNUM) = source;
}

static void dispatch_messages(struct core *core)
{
    uint32_t identity;
    while (core->arch.imsic && (identity = imsic_claim()) != 0) {
        uint32_t irq = vector_irq(core, identity);
        if (identity == IMSIC_IPI)
            ipi_receive();
        else
            irq_dispatch(irq);
        if (irq < IRQ_MSI)
            forward_again(irq);
    }
}

/* The bits of its IMSIC's address that differ from hart to hart (4.9.1). */
static uint32_t hart_index(const struct core *core)
{
    uint64_t page = core->arch.imsic_phys;
    uint64_t hart = page >> (12 + discovered.riscv.imsic_guest_bits) &
                    ((1ull << discovered.riscv.imsic_hart_bits) - 1);
    uint64_t group = page >> discovered.riscv.imsic_group_shift &
                     ((1ull << discovered.riscv.imsic_group_bits) - 1);
    return (uint32_t)(group << discovered.riscv.imsic_hart_bits | hart);
}

static int route_messages(uint32_t source, struct core *core)
{
    if (core->arch.imsic == 0)
        return -EINVAL;
    *reg(TARGET + 4 * source) = hart_index(core) << HART_SHIFT | identity_of[source];
    return 0;
}

static int connect_messages(uint32_t source, uint32_t trigger, struct core *core)
{
    int error = window ? configure(source, trigger) : -EINVAL;
    int identity = error ? error : vector_alloc(source, NULL);
    if (identity < 0)
        return identity;
    identity_of[source] = (uint8_t)identity;
    return route_messages(source, core);
}

const struct controller aplic_messages = {.name = "APLIC, IMSIC",
                                          .init = init_messages,
                                          .init_core = init_core_messages,
                                          .dispatch = dispatch_messages,
                                          .connect = connect_messages,
                                          .disconnect = disconnect,
                                          .route = route_messages,
                                          .mask = mask,
                                          .raise = raise};
