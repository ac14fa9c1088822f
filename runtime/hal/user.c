/* user.c: the stubs of kernel/hal/user.ml. A value holds a pointer to the registers, which stay
 * where they are: traps save them there. */
#define CAML_INTERNALS
#include "user.h"
#include <caml/alloc.h>
#include <caml/custom.h>
#include <caml/domain.h>
#include <caml/fail.h>
#include <caml/memory.h>
#include <string.h>
#include "event.h"
#include "kcall.h"
#include "loop.h"
#include "slab.h"
#include "space.h"

static struct slab users = SLAB_INIT("user contexts", struct user, 64);

/* Registers that nobody runs: of whoever is released. What is read and written there does not
 * matter. */
static struct user nobody;

static struct user **place_of(value t)
{
    return (struct user **)Data_custom_val(t);
}

static struct user *user_of(value t)
{
    return *place_of(t);
}

static void release(value t)
{
    struct user *u = user_of(t);
    *place_of(t) = &nobody;
    if (u != &nobody)
        slab_free(&users, u);
}

static struct custom_operations operations = {
    .identifier = "bactrian.user",
    .finalize = release,
    .compare = custom_compare_default,
    .hash = custom_hash_default,
    .serialize = custom_serialize_default,
    .deserialize = custom_deserialize_default,
    .compare_ext = custom_compare_ext_default,
    .fixed_length = custom_fixed_length_default,
};

static value wrap(struct user *u)
{
    value t = caml_alloc_custom(&operations, sizeof u, 0, 1);
    *place_of(t) = u;
    return t;
}

static struct user *fresh(void)
{
    struct user *u = slab_alloc(&users);
    if (u == NULL)
        caml_raise_out_of_memory();
    return u;
}

value hal_user_create(value space, value pc, value sp)
{
    struct aspace *a = space_of(space);
    struct user *u = fresh();
    user_init(u, a, (uintptr_t)Long_val(pc), (uintptr_t)Long_val(sp));
    return wrap(u);
}

value hal_user_copy(value t, value space)
{
    const struct user *from = user_of(t);
    struct aspace *a = space_of(space);
    struct user *u = fresh();
    user_init(u, a, 0, 0);
    u->context = from->context;
    u->fp = from->fp;
    u->tls = from->tls;
    return wrap(u);
}

value hal_user_set_ids(value t, value pid, value tid, value parent)
{
    struct user *u = user_of(t);
    u->pid = (int32_t)Long_val(pid);
    u->tid = (int32_t)Long_val(tid);
    __atomic_store_n(&u->parent, (int32_t)Long_val(parent), __ATOMIC_RELAXED);
    return Val_unit;
}

value hal_user_count_futex_waiters(value change)
{
    __atomic_fetch_add(&user_futex_waiters, (uint32_t)Long_val(change), __ATOMIC_SEQ_CST);
    return Val_unit;
}

value hal_user_release(value t)
{
    release(t);
    return Val_unit;
}

/* The domain is let go for collections that others start, as in a blocking section, but without a
 * look at OCaml's signals, of which the kernel has none. */
static enum user_end run_without_domain(struct user *u, uint64_t until)
{
    enum user_end end = USER_INTERRUPTED;
    caml_bt_exit_ocaml();
    caml_release_domain_lock();
    if (!event_pending() && !loop_was_woken())
        end = user_run(u, until);
    caml_bt_enter_ocaml();
    caml_acquire_domain_lock();
    return end;
}

/* The end, or an exception behind the last one. */
value hal_user_run(value t, value until)
{
    CAMLparam1(t); /* its registers stay as long as it does */
    struct user *u = user_of(t);
    if (u == &nobody)
        caml_invalid_argument("User.run: released");
    bool ever = Long_val(until) != Max_long;
    enum user_end end = run_without_domain(u, ever ? (uint64_t)Long_val(until) : UINT64_MAX);
    CAMLreturn(Val_long(end == USER_EXCEPTION ? (int)end + (int)u->exception : (int)end));
}

/* Into the array: its address, what was wanted, its cause, pager and index. */
value hal_user_fault(value t, value array)
{
    const struct user *u = user_of(t);
    bool is_absent = u->fault.end == FAULT_ABSENT;
    Field(array, 0) = long_or_least(u->fault.address);
    Field(array, 1) = Val_long(wants_of_page(u->fault.wants));
    Field(array, 2) = Val_long(u->fault.end);
    Field(array, 3) = Val_long(is_absent ? u->fault.absent.object->pager : 0);
    Field(array, 4) = Val_long(is_absent ? u->fault.absent.index : 0);
    return Val_unit;
}

value hal_user_run_ns(value t)
{
    return Val_long(clock_ns_of(user_of(t)->run_ticks));
}

/* ---- registers ---- */

value hal_user_number(value t)
{
    return long_or_least(user_number(user_of(t)));
}

value hal_user_argument(value t, value i)
{
    return long_or_least(user_argument(user_of(t), (unsigned)Long_val(i)));
}

value hal_user_argument32(value t, value i)
{
    return Val_long((int32_t)user_argument(user_of(t), (unsigned)Long_val(i)));
}

value hal_user_set_result(value t, value result)
{
    user_set_result(user_of(t), Long_val(result));
    return Val_unit;
}

value hal_user_rewind(value t)
{
    user_rewind(user_of(t));
    return Val_unit;
}

value hal_user_pc(value t)
{
    return long_or_least(user_pc(user_of(t)));
}

value hal_user_sp(value t)
{
    return long_or_least(user_sp(user_of(t)));
}

value hal_user_thread_pointer(value t)
{
    return long_or_least(user_tls(user_of(t)));
}

value hal_user_set_sp(value t, value sp)
{
    user_set_sp(user_of(t), (uintptr_t)Long_val(sp));
    return Val_unit;
}

value hal_user_set_thread_pointer(value t, value tls)
{
    user_set_tls(user_of(t), (uintptr_t)Long_val(tls));
    return Val_unit;
}

value hal_user_enter_function(value t, value pc, value sp, value returns, value arguments)
{
    const uint64_t argument[] = {(uint64_t)Long_val(Field(arguments, 0)),
                                 (uint64_t)Long_val(Field(arguments, 1)),
                                 (uint64_t)Long_val(Field(arguments, 2))};
    user_enter_function(user_of(t), (uintptr_t)Long_val(pc), (uintptr_t)Long_val(sp),
                        (uintptr_t)Long_val(returns), argument);
    return Val_unit;
}

/* ---- frames ---- */

value hal_user_frame_length(value unit)
{
    (void)unit;
    return Val_long(user_frame_size);
}

/* The bytes are as long as that. */
value hal_user_frame_get(value t, value bytes)
{
    user_frame_get(user_of(t), Bytes_val(bytes));
    return Val_unit;
}

value hal_user_frame_set(value t, value bytes)
{
    user_frame_set(user_of(t), Bytes_val(bytes));
    return Val_unit;
}
