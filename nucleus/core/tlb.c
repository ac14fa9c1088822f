/* tlb.c: which user tables a core has loaded, and what cores remember of tables that have changed.
 * One request at a time goes to the others; who waits for their answers, or for its turn, answers
 * them meanwhile. */
#include "aspace.h"
#include "aspace_parts.h"
#include "cores.h"
#include "machine.h"
#include "paging.h"
#include "pte.h"

/* Changes of code are counted; a space knows its last, a core how many there were before it last
 * fetched anew. */
static uint64_t code_changes;

static void fetch_anew(const struct aspace *a)
{
    struct core *core = this_core();
    if (!CODE_IS_FETCHED_ANEW || __atomic_load_n(&a->code, __ATOMIC_SEQ_CST) <= core->code_seen)
        return;
    core->code_seen = __atomic_load_n(&code_changes, __ATOMIC_SEQ_CST);
    arch_code_forget();
}

static void load_tables(struct core *core, const struct aspace *a)
{
    bool keeps;
    uint64_t generation = __atomic_load_n(&a->generation, __ATOMIC_SEQ_CST);
    unsigned asid = asids_take(&core->asids, a->id, generation, &keeps);
    arch_user_tables(a->tables.root, asid, keeps);
}

void aspace_enter(struct aspace *a)
{
    irq_state state = arch_irq_save();
    struct core *core = this_core();
    if (core->aspace != a) {
        __atomic_store_n(&core->aspace, a, __ATOMIC_SEQ_CST);
        /* Who changes something sees that, or is seen here. */
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        load_tables(core, a);
        fetch_anew(a);
    }
    arch_irq_restore(state);
}

void aspace_leave(void)
{
    irq_state state = arch_irq_save();
    arch_user_tables(0, 0, true);
    __atomic_store_n(&this_core()->aspace, NULL, __ATOMIC_SEQ_CST);
    arch_irq_restore(state);
}

/* ---- shoot-down ---- */

struct request {
    enum { FORGET, LEAVE, FETCH_ANEW } what;
    uintptr_t virt;
    size_t size;
    const struct aspace *aspace; /* only cores in it are asked; NULL: all */
    uint64_t generation;         /* FORGET: of the space, by this change */
};

static struct request request;
static _Atomic uint32_t busy, missing; /* missing: answers still to come */

static void forget_user(struct core *core, const struct request *r)
{
    arch_flush_user(r->virt, r->size);
    asids_forgot(&core->asids, r->aspace->id, r->generation);
}

static void do_it(const struct request *r)
{
    struct core *core = this_core();
    if (r->aspace == NULL)
        arch_flush_local(r->virt, r->size);
    else if (core->aspace != r->aspace)
        return; /* it has left by now, and does what is to be done when it comes back */
    else if (r->what == FORGET)
        forget_user(core, r);
    else if (r->what == FETCH_ANEW)
        fetch_anew(r->aspace);
    else
        aspace_leave();
}

void tlb_answer(void)
{
    struct core *core = this_core();
    if (!(__atomic_load_n(&core->ipi_pending, __ATOMIC_ACQUIRE) & IPI_FLUSH))
        return;
    if (!(__atomic_fetch_and(&core->ipi_pending, ~(uint32_t)IPI_FLUSH, __ATOMIC_SEQ_CST) &
          IPI_FLUSH))
        return;
    do_it(&request);
    __atomic_fetch_sub(&missing, 1, __ATOMIC_RELEASE);
}

static bool concerns(const struct request *r, const struct core *core)
{
    return core != this_core() &&
           (r->aspace == NULL || __atomic_load_n(&core->aspace, __ATOMIC_SEQ_CST) == r->aspace);
}

static bool concerns_others(const struct request *r)
{
    for (uint32_t i = 0; i < nr_cores; i++)
        if (concerns(r, cores[i]))
            return true;
    return false;
}

/* A core that comes into the space meanwhile reads its tables afterwards. */
static void ask(const struct request *r)
{
    while (__atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE)) {
        tlb_answer();
        arch_relax();
    }
    request = *r;
    __atomic_store_n(&missing, 0, __ATOMIC_RELEASE);
    for (uint32_t i = 0; i < nr_cores; i++)
        if (concerns(r, cores[i])) {
            __atomic_fetch_add(&missing, 1, __ATOMIC_SEQ_CST);
            ipi_send(cores[i], IPI_FLUSH);
        }
    while (__atomic_load_n(&missing, __ATOMIC_ACQUIRE) > 0) {
        tlb_answer();
        arch_relax();
    }
    __atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
}

void tlb_flush(uintptr_t virt, size_t size)
{
    const struct request r = {.virt = virt, .size = size};
    irq_state state = arch_irq_save();
    arch_flush_local(virt, size);
    if (nr_cores > 1 && !arch_flush_broadcast(virt, size))
        ask(&r);
    arch_irq_restore(state);
}

void tlb_flush_user(struct aspace *a, uintptr_t virt, size_t size)
{
    struct request r = {.virt = virt, .size = size, .aspace = a};
    irq_state state = arch_irq_save();
    pte_publish_user();
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (!(FLUSH_REACHES_ALL && concerns_others(&r) && arch_flush_broadcast(virt, size))) {
        r.generation = __atomic_add_fetch(&a->generation, 1, __ATOMIC_SEQ_CST);
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        do_it(&r);
        if (concerns_others(&r) && !(FLUSH_REACHES_ALL && arch_flush_broadcast(virt, size)))
            ask(&r);
    }
    arch_irq_restore(state);
}

void tlb_leave(struct aspace *a)
{
    const struct request r = {.aspace = a, .what = LEAVE};
    irq_state state = arch_irq_save();
    do_it(&r);
    if (concerns_others(&r))
        ask(&r);
    arch_irq_restore(state);
}

/* ---- code ---- */

static void raise_to(uint64_t *number, uint64_t to)
{
    uint64_t now = __atomic_load_n(number, __ATOMIC_SEQ_CST);
    while (now < to && !__atomic_compare_exchange_n(number, &now, to, true, __ATOMIC_SEQ_CST,
                                                    __ATOMIC_SEQ_CST)) {
    }
}

void tlb_code_changed(struct aspace *a)
{
    if (!CODE_IS_FETCHED_ANEW)
        return;
    const struct request r = {.what = FETCH_ANEW, .aspace = a};
    irq_state state = arch_irq_save();
    raise_to(&a->code, __atomic_add_fetch(&code_changes, 1, __ATOMIC_SEQ_CST));
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    do_it(&r);
    if (concerns_others(&r))
        ask(&r);
    arch_irq_restore(state);
}
