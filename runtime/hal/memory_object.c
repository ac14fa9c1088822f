/* memory_object.c: the stubs of kernel/hal/memory_object.ml.
 *
 * A value holds a holder, which is one user of the object until it is released, by OCaml or by the
 * collector. The holder's lock makes that one of two things that happen at once on two cores: who
 * found the object has used it before it can go. What copies takes no memory of OCaml's and does
 * not wait, so bytes stay where they are. */
#include <caml/alloc.h>
#include <caml/bigarray.h>
#include <caml/custom.h>
#include <caml/fail.h>
#include <caml/memory.h>
#include <caml/mlvalues.h>
#include <caml/signals.h>
#include <stdlib.h>
#include <string.h>
#include "errno.h"
#include "frames.h"
#include "kcall.h"
#include "kspace.h"
#include "memory_object.h"
#include "paging.h"

/* C that is called from OCaml moves no more than this, or lets the domain go meanwhile. */
#define BOUND      (64 * KIB)
#define FRAMES_MAX 64 /* to be freed while the domain waits */

struct holder {
    struct spinlock lock;
    struct object *object; /* NULL once released */
};

static struct holder *holder_of(value t)
{
    return *(struct holder **)Data_custom_val(t);
}

static struct object *take(struct holder *h)
{
    irq_state state = spin_lock_irqsave(&h->lock);
    struct object *o = h->object;
    h->object = NULL;
    spin_unlock_irqrestore(&h->lock, state);
    return o;
}

static void finalize(value t)
{
    struct holder *h = holder_of(t);
    struct object *o = take(h);
    if (o)
        object_release(o);
    free(h);
}

static struct custom_operations operations = {
    .identifier = "bactrian.memory_object",
    .finalize = finalize,
    .compare = custom_compare_default,
    .hash = custom_hash_default,
    .serialize = custom_serialize_default,
    .deserialize = custom_deserialize_default,
    .compare_ext = custom_compare_ext_default,
    .fixed_length = custom_fixed_length_default,
};

struct object *memory_object_use(value t)
{
    struct holder *h = holder_of(t);
    irq_state state = spin_lock_irqsave(&h->lock);
    struct object *o = h->object;
    if (o)
        object_use(o);
    spin_unlock_irqrestore(&h->lock, state);
    if (o == NULL)
        caml_invalid_argument("Memory_object: released");
    return o;
}

static uint64_t natural(value v)
{
    if (Long_val(v) < 0)
        caml_invalid_argument("Memory_object: negative");
    return (uint64_t)Long_val(v);
}

/* Pages that would come out of what is held back for the collector. */
static bool is_short(void)
{
    return !frames_to_spare(BOUND);
}

value hal_memory_object_is_short(value unit)
{
    (void)unit;
    return Val_bool(is_short());
}

/* ---- making and ending ---- */

static value wrap(struct object *o)
{
    struct holder *h = malloc(sizeof *h);
    if (o == NULL || h == NULL) {
        if (o)
            object_release(o);
        free(h);
        caml_raise_out_of_memory();
    }
    *h = (struct holder){SPINLOCK_INIT, o};
    value t = caml_alloc_custom(&operations, sizeof h, 0, 1);
    *(struct holder **)Data_custom_val(t) = h;
    return t;
}

value hal_memory_object_create(value size)
{
    return wrap(object_new(OBJECT_ANONYMOUS, natural(size)));
}

value hal_memory_object_create_paged(value size, value pager)
{
    struct object *o = object_new(OBJECT_PAGED, natural(size));
    if (o)
        o->pager = (uint64_t)Long_val(pager);
    return wrap(o);
}

value hal_memory_object_create_fixed(value address, value size)
{
    if (natural(address) % PAGE_SIZE)
        caml_invalid_argument("Memory_object: no page's address");
    return wrap(object_new_fixed(natural(address), natural(size)));
}

/* Ends or cuts it, with the domain let go when that takes long. The caller has used it. */
static void resize_and_release(struct object *o, uint64_t size)
{
    bool is_long = o->nr_frames > FRAMES_MAX;
    if (is_long)
        caml_enter_blocking_section();
    object_resize(o, size);
    object_release(o);
    if (is_long)
        caml_leave_blocking_section();
}

value hal_memory_object_release(value t)
{
    struct object *o = take(holder_of(t));
    if (o && __atomic_load_n(&o->users, __ATOMIC_RELAXED) == 1)
        resize_and_release(o, 0);
    else if (o)
        object_release(o);
    return Val_unit;
}

value hal_memory_object_is_released(value t)
{
    return Val_bool(__atomic_load_n(&holder_of(t)->object, __ATOMIC_RELAXED) == NULL);
}

value hal_memory_object_size(value t)
{
    struct object *o = memory_object_use(t);
    value size = Val_long(__atomic_load_n(&o->size, __ATOMIC_RELAXED));
    object_release(o);
    return size;
}

static void cut_areas(struct object *o, uint64_t size)
{
    caml_enter_blocking_section();
    object_resize(o, size);
    aspace_cut(o);
    caml_leave_blocking_section();
}

value hal_memory_object_resize(value t, value size)
{
    uint64_t size_bytes = natural(size);
    struct object *o = memory_object_use(t);
    if (__atomic_load_n(&o->first_area, __ATOMIC_RELAXED) && size_bytes < o->size)
        cut_areas(o, size_bytes);
    resize_and_release(o, size_bytes);
    return Val_unit;
}

value hal_memory_object_frames(value t)
{
    struct object *o = memory_object_use(t);
    value frames = Val_long(__atomic_load_n(&o->nr_frames, __ATOMIC_RELAXED));
    object_release(o);
    return frames;
}

/* ---- bytes ---- */

/* Where within the object something goes on, in steps that end with a page. */
struct range {
    struct object *object;
    uint64_t at, end;
};

static struct range range(struct object *o, uint64_t offset, uint64_t length)
{
    uint64_t size = __atomic_load_n(&o->size, __ATOMIC_RELAXED);
    uint64_t nr = offset >= size ? 0 : MIN(MIN(length, BOUND), size - offset);
    return (struct range){o, offset, offset + nr};
}

static size_t step(const struct range *r)
{
    return (size_t)MIN(r->end - r->at, PAGE_SIZE - r->at % PAGE_SIZE);
}

static void give_back(const struct object *o, phys_t frame)
{
    if (frame && o->kind != OBJECT_FIXED)
        frames_free(frame, 0);
}

/* SAFETY: the frame has an owner more meanwhile, or never ends. */
static char *bytes_at(phys_t frame, uint64_t at)
{
    return (char *)phys_to_virt(frame) + at % PAGE_SIZE;
}

value hal_memory_object_read(value t, value offset, value bytes, value position, value length)
{
    uint64_t first = natural(offset), wanted = natural(length);
    struct range r = range(memory_object_use(t), first, wanted);
    char *to = (char *)Bytes_val(bytes) + Long_val(position);
    phys_t frame;
    while (r.at < r.end && object_look(r.object, r.at / PAGE_SIZE, &frame) == 0) {
        size_t nr = step(&r);
        if (frame)
            memcpy(to, bytes_at(frame, r.at), nr);
        else
            memset(to, 0, nr);
        give_back(r.object, frame);
        to += nr;
        r.at += nr;
    }
    object_release(r.object);
    return Val_long(r.at - first);
}

value hal_memory_object_write(value t, value offset, value bytes, value position, value length)
{
    uint64_t first = natural(offset), wanted = natural(length);
    struct range r = range(memory_object_use(t), first, wanted);
    const char *from = (const char *)Bytes_val(bytes) + Long_val(position);
    uint64_t before = r.object->nr_frames;
    phys_t frame;
    while (r.at < r.end && !is_short() && object_page(r.object, r.at / PAGE_SIZE, &frame) == 0) {
        size_t nr = step(&r);
        memcpy(bytes_at(frame, r.at), from, nr);
        give_back(r.object, frame);
        from += nr;
        r.at += nr;
    }
    if (r.object->nr_frames > before)
        low_memory_check((r.object->nr_frames - before) * PAGE_SIZE);
    object_release(r.object);
    return Val_long(r.at - first);
}

/* By number, as memory_object.ml reads it. */
value hal_memory_object_why(value t, value offset)
{
    uint64_t at = natural(offset);
    struct object *o = memory_object_use(t);
    phys_t frame;
    int error = at >= o->size ? -EFAULT : object_look(o, at / PAGE_SIZE, &frame);
    if (error == 0)
        give_back(o, frame);
    object_release(o);
    if (error == -EAGAIN)
        return Val_long(at / PAGE_SIZE);
    return Val_long(error == -EFAULT ? -2 : is_short() ? -3 : -1);
}

value hal_memory_object_is_present(value t, value index)
{
    uint64_t wanted = natural(index);
    struct object *o = memory_object_use(t);
    phys_t frame;
    bool is_present = object_look(o, wanted, &frame) == 0 && frame;
    give_back(o, frame);
    object_release(o);
    return Val_bool(is_present);
}

/* An absent page of a paged object is its pager's to bring. */
static bool zero_step(struct object *o, uint64_t at, size_t nr)
{
    phys_t frame;
    if (nr == PAGE_SIZE && o->kind == OBJECT_ANONYMOUS)
        return object_forget(o, at / PAGE_SIZE), true;
    if (object_look(o, at / PAGE_SIZE, &frame) != 0)
        return false;
    if (frame)
        memset(bytes_at(frame, at), 0, nr);
    give_back(o, frame);
    return true;
}

value hal_memory_object_zero(value t, value offset, value length)
{
    uint64_t first = natural(offset), wanted = natural(length);
    struct range r = range(memory_object_use(t), first, wanted);
    for (size_t nr; r.at < r.end && zero_step(r.object, r.at, nr = step(&r)); r.at += nr) {
    }
    object_release(r.object);
    return Val_long(r.at - first);
}

/* ---- paged objects ---- */

value hal_memory_object_bring(value t, value index, value bytes)
{
    uint64_t wanted = natural(index);
    size_t nr = caml_string_length(bytes);
    struct object *o = memory_object_use(t);
    phys_t frame = is_short() ? 0 : frames_alloc(0);
    int error = -ENOMEM;
    if (frame) {
        memcpy(phys_to_virt(frame), Bytes_val(bytes), nr);
        memset((char *)phys_to_virt(frame) + nr, 0, PAGE_SIZE - nr);
        error = o->kind == OBJECT_PAGED ? object_bring(o, wanted, frame) : -EFAULT;
        if (error)
            frames_free(frame, 0);
        low_memory_check(PAGE_SIZE);
    }
    object_release(o);
    if (error == -ENOMEM)
        caml_raise_out_of_memory();
    if (error == -EFAULT)
        caml_invalid_argument("Memory_object.bring: not a page of a paged object");
    return Val_bool(error == 0);
}

value hal_memory_object_forget(value t, value index)
{
    uint64_t wanted = natural(index);
    struct object *o = memory_object_use(t);
    bool was_there = object_forget(o, wanted);
    object_release(o);
    return Val_bool(was_there);
}

/* ---- boot modules ---- */

value hal_memory_object_address(value contents, value offset)
{
    return Val_long(virt_to_phys((char *)Caml_ba_data_val(contents) + Long_val(offset)));
}
