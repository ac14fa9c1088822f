/* space.c: the stubs of kernel/hal/space.ml. A value holds a pointer, NULL once the space is freed,
 * which is done by hand: cores may be in it. What takes long is done while the domain is free for
 * collections. */
#include "space.h"
#include <caml/alloc.h>
#include <caml/custom.h>
#include <caml/fail.h>
#include <caml/memory.h>
#include <caml/signals.h>
#include <string.h>
#include "errno.h"
#include "frames.h"
#include "kcall.h"
#include "memory_object.h"
#include "pte.h"
#include "user_memory.h"

/* C that is called from OCaml moves no more than this, or lets the domain go meanwhile. */
#define BOUND (64 * KIB)

static struct aspace **place_of(value t)
{
    return (struct aspace **)Data_custom_val(t);
}

struct aspace *space_of(value t)
{
    struct aspace *a = *place_of(t);
    if (a == NULL)
        caml_invalid_argument("Space: freed");
    return a;
}

static struct custom_operations operations = {
    .identifier = "bactrian.space",
    .finalize = custom_finalize_default,
    .compare = custom_compare_default,
    .hash = custom_hash_default,
    .serialize = custom_serialize_default,
    .deserialize = custom_deserialize_default,
    .compare_ext = custom_compare_ext_default,
    .fixed_length = custom_fixed_length_default,
};

static value wrap(struct aspace *a)
{
    if (a == NULL)
        caml_raise_out_of_memory();
    value t = caml_alloc_custom(&operations, sizeof a, 0, 1);
    *place_of(t) = a;
    return t;
}

value hal_space_create(value limit)
{
    return wrap(aspace_new((uint64_t)Long_val(limit)));
}

value hal_space_free(value t)
{
    struct aspace *a = *place_of(t);
    *place_of(t) = NULL;
    if (a) {
        caml_enter_blocking_section();
        aspace_free(a);
        caml_leave_blocking_section();
    }
    return Val_unit;
}

value hal_space_fork(value t)
{
    struct aspace *a = space_of(t);
    caml_enter_blocking_section();
    struct aspace *child = aspace_fork(a);
    caml_leave_blocking_section();
    return wrap(child);
}

value hal_space_top(value unit)
{
    (void)unit;
    return Val_long(PTE_USER_END);
}

value hal_space_bottom(value unit)
{
    (void)unit;
    return Val_long(USER_START);
}

/* ---- regions: errors as numbers of Space.error, negative ---- */

static long error_of(long result)
{
    return result == -EINVAL ? -1 : result == -EEXIST ? -2 : result == -EACCES ? -4 : -3;
}

static unsigned flags_of(value access, value shared)
{
    long bits = Long_val(access);
    return (bits & 16 ? REGION_GROWS_DOWN : 0) | (bits & 8 ? REGION_NEVER_WRITTEN : 0) |
           (bits & 1 ? PAGE_READ : 0) | (bits & 2 ? PAGE_WRITE : 0) | (bits & 4 ? PAGE_EXEC : 0) |
           (Bool_val(shared) ? REGION_SHARED : 0);
}

static long access_of(unsigned flags)
{
    return (flags & PAGE_READ ? 1 : 0) | (flags & PAGE_WRITE ? 2 : 0) |
           (flags & PAGE_EXEC ? 4 : 0) | (flags & REGION_SHARED ? 8 : 0);
}

value hal_space_map(value t, value at, value size, value access, value shared, value object,
                    value offset)
{
    struct aspace *a = space_of(t);
    if (Long_val(at) < 0 || Long_val(size) <= 0 || Long_val(offset) < 0)
        return Val_long(-1);
    struct object *o = Is_block(object) ? memory_object_use(Field(object, 0)) : NULL;
    long result = aspace_map(a, (uintptr_t)Long_val(at), (size_t)Long_val(size),
                             flags_of(access, shared), o, (uint64_t)Long_val(offset));
    if (o)
        object_release(o);
    return Val_long(result < 0 ? error_of(result) : result);
}

value hal_space_map_bytecode(value *argument, int count)
{
    (void)count;
    return hal_space_map(argument[0], argument[1], argument[2], argument[3], argument[4],
                         argument[5], argument[6]);
}

value hal_space_limit_stacks(value t, value bytes)
{
    aspace_limit_stacks(space_of(t), (uint64_t)Long_val(bytes));
    return Val_unit;
}

value hal_space_map_like(value t, value like, value skip, value at, value size)
{
    struct aspace *a = space_of(t);
    if (Long_val(like) < 0 || Long_val(skip) < 0 || Long_val(at) < 0 || Long_val(size) <= 0)
        return Val_long(-1);
    long result = aspace_map_like(a, (uintptr_t)Long_val(like), (size_t)Long_val(skip),
                                  (uintptr_t)Long_val(at), (size_t)Long_val(size));
    return Val_long(result < 0 ? error_of(result) : result);
}

value hal_space_move(value t, value from, value to, value size)
{
    struct aspace *a = space_of(t);
    if (Long_val(from) < 0 || Long_val(to) < 0 || Long_val(size) <= 0)
        return Val_long(-1);
    caml_enter_blocking_section();
    int result =
        aspace_move(a, (uintptr_t)Long_val(from), (uintptr_t)Long_val(to), (size_t)Long_val(size));
    caml_leave_blocking_section();
    return Val_long(result ? error_of(result) : 0);
}

/* As Space.fork_mark: what to set, and what to clear. */
static const unsigned fork_marks[][2] = {
    {0, REGION_NOT_FORKED}, {REGION_NOT_FORKED, 0}, {0, REGION_WIPED}, {REGION_WIPED, 0}};

value hal_space_mark(value t, value at, value size, value mark)
{
    struct aspace *a = space_of(t);
    if (Long_val(at) < 0 || Long_val(size) <= 0)
        return Val_long(-1);
    const unsigned *flags = fork_marks[Long_val(mark)];
    int result =
        aspace_mark(a, (uintptr_t)Long_val(at), (size_t)Long_val(size), flags[0], flags[1]);
    return Val_long(result ? error_of(result) : 0);
}

value hal_space_unmap(value t, value at, value size)
{
    struct aspace *a = space_of(t);
    if (Long_val(at) < 0 || Long_val(size) <= 0)
        return Val_long(-1);
    caml_enter_blocking_section();
    int result = aspace_unmap(a, (uintptr_t)Long_val(at), (size_t)Long_val(size));
    caml_leave_blocking_section();
    return Val_long(result ? error_of(result) : 0);
}

value hal_space_discard(value t, value at, value size)
{
    struct aspace *a = space_of(t);
    if (Long_val(at) < 0 || Long_val(size) <= 0)
        return Val_long(-1);
    caml_enter_blocking_section();
    int result = aspace_discard(a, (uintptr_t)Long_val(at), (size_t)Long_val(size));
    caml_leave_blocking_section();
    return Val_long(result ? error_of(result) : 0);
}

value hal_space_protect(value t, value at, value size, value access)
{
    struct aspace *a = space_of(t);
    if (Long_val(at) < 0 || Long_val(size) <= 0)
        return Val_long(-1);
    unsigned flags = flags_of(access, Val_false);
    caml_enter_blocking_section();
    int result = aspace_protect(a, (uintptr_t)Long_val(at), (size_t)Long_val(size), flags);
    caml_leave_blocking_section();
    return Val_long(result ? error_of(result) : 0);
}

/* Into the array: start, end, access with 8 for shared and 16 for an object, offset, pager. */
value hal_space_region(value t, value at, value array)
{
    struct aspace_region r;
    if (Long_val(at) < 0 || !aspace_region(space_of(t), (uintptr_t)Long_val(at), &r))
        return Val_false;
    const long field[] = {(long)r.start, (long)r.end, access_of(r.flags) | (r.shows ? 16 : 0),
                          (long)r.offset, (long)r.pager};
    for (unsigned i = 0; i < ARRAY_LEN(field); i++)
        Field(array, i) = Val_long(field[i]); /* SAFETY: an array of integers */
    return Val_true;
}

value hal_space_figures(value t, value array)
{
    struct aspace_figures f;
    aspace_figures(space_of(t), &f);
    Field(array, 0) = Val_long(f.limit);
    Field(array, 1) = Val_long(f.nr_frames);
    Field(array, 2) = Val_long(f.mapped);
    return Val_unit;
}

/* ---- faults and copies ---- */

value hal_space_touch(value t, value at, value wants, value array)
{
    struct absent_page absent;
    if (Long_val(at) < 0)
        return Val_long(FAULT_UNMAPPED);
    enum fault_end end =
        aspace_fault(space_of(t), (uintptr_t)Long_val(at), page_of_wants(wants), &absent);
    if (end == FAULT_ABSENT) {
        Field(array, 0) = Val_long(absent.object->pager);
        Field(array, 1) = Val_long(absent.index);
    }
    return Val_long(end);
}

value hal_space_code_written(value t)
{
    tlb_code_changed(space_of(t));
    return Val_unit;
}

value hal_space_physical(value t, value at)
{
    phys_t phys;
    struct aspace *a = space_of(t);
    bool there = Long_val(at) >= 0 && aspace_flags(a, (uintptr_t)Long_val(at), &phys) != PAGE_NONE;
    return Val_long(there ? (long)phys : -1);
}

static bool is_bounded(value at, value size)
{
    return Long_val(at) >= 0 && Long_val(size) >= 0 && Long_val(size) <= (long)BOUND;
}

/* OCaml's code has checked the range of the bytes; nothing here takes memory of OCaml's, so they
 * stay where they are. */
value hal_space_read(value t, value at, value bytes, value position, value size)
{
    struct user_stop stop;
    struct aspace *a = space_of(t);
    if (!is_bounded(at, size))
        return Val_long(0);
    return Val_long(user_read(a, &Byte(bytes, Long_val(position)), (uintptr_t)Long_val(at),
                              (size_t)Long_val(size), &stop));
}

value hal_space_write(value t, value at, value bytes, value position, value size)
{
    struct user_stop stop;
    struct aspace *a = space_of(t);
    if (!is_bounded(at, size))
        return Val_long(0);
    return Val_long(user_write(a, (uintptr_t)Long_val(at), &Byte(bytes, Long_val(position)),
                               (size_t)Long_val(size), &stop));
}

/* Page by page of the object, which keeps each meanwhile. */
static size_t between(struct aspace *a, uintptr_t at, struct object *o, uint64_t offset,
                      size_t size, bool stores)
{
    size_t done = 0;
    struct user_stop stop = {.end = FAULT_RESOLVED};
    while (done < size && offset + done < o->size && stop.end == FAULT_RESOLVED) {
        uint64_t from = offset + done, in_page = from % PAGE_SIZE;
        size_t part = MIN(MIN(size - done, PAGE_SIZE - in_page), o->size - from);
        phys_t frame;
        if (object_page(o, from / PAGE_SIZE, &frame) != 0)
            break;
        char *page = (char *)phys_to_virt(frame) + in_page;
        done += stores ? user_read(a, page, at + done, part, &stop)
                       : user_write(a, at + done, page, part, &stop);
        if (o->kind != OBJECT_FIXED)
            frames_free(frame, 0);
    }
    return done;
}

static value copy(value t, value at, value object, value offset, value size, bool stores)
{
    struct aspace *a = space_of(t);
    if (!is_bounded(at, size) || Long_val(offset) < 0)
        return Val_long(0);
    struct object *o = memory_object_use(object);
    size_t done = between(a, (uintptr_t)Long_val(at), o, (uint64_t)Long_val(offset),
                          (size_t)Long_val(size), stores);
    object_release(o);
    return Val_long(done);
}

value hal_space_load(value t, value at, value object, value offset, value size)
{
    return copy(t, at, object, offset, size, false);
}

value hal_space_store(value t, value at, value object, value offset, value size)
{
    return copy(t, at, object, offset, size, true);
}

value hal_space_exchange(value t, value at, value expected, value desired)
{
    struct user_stop stop;
    uint32_t word = (uint32_t)Long_val(expected);
    struct aspace *a = space_of(t);
    if (Long_val(at) < 0 ||
        user_exchange(a, (uintptr_t)Long_val(at), &word, (uint32_t)Long_val(desired), &stop) < 0)
        return Val_long(-1);
    return Val_long(word);
}
