/* unwind_test.c: unwinds the test's own stacks (x86_64) and compares every frame with libgcc's
 * unwinder: through C of all sorts, libc, signal handlers, and assembly that switches stacks as
 * OCaml's does. */
#include "hosted.h"
#include "unwind.h"

#ifdef __x86_64__

#include <alloca.h>
#include <link.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unwind.h>

#define FRAMES_MAX 300

/* ---- The tables of the program and of each library ---- */

static struct module {
    uint64_t start, end; /* of its code */
    struct unwind_tables tables;
} module[16];
static unsigned nr_modules;

static bool read_self(uint64_t addr, uint64_t *value)
{
    struct iovec to = {value, 8}, from = {(void *)addr, 8};
    return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 8;
}

/* .eh_frame_hdr: version, three encodings, then the address of .eh_frame relative to the field. */
static const uint8_t *eh_frame_of(const uint8_t *header)
{
    int32_t offset;
    CHECK(header[0] == 1 && header[1] == 0x1b);
    memcpy(&offset, header + 4, 4);
    return header + 4 + offset;
}

static int add_module(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    (void)context;
    struct module m = {.tables = {NULL, NULL, 16, 7, 17, read_self}};
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uint64_t start = info->dlpi_addr + p->p_vaddr, end = start + p->p_memsz;
        if (p->p_type == PT_LOAD && (p->p_flags & PF_X))
            m = (struct module){start, end, m.tables};
        if (p->p_type == PT_GNU_EH_FRAME)
            m.tables.eh_frame = eh_frame_of((const uint8_t *)start);
    }
    for (unsigned i = 0; m.tables.eh_frame && i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uint64_t start = info->dlpi_addr + p->p_vaddr, at = (uintptr_t)m.tables.eh_frame;
        if (p->p_type == PT_LOAD && at - start < p->p_memsz)
            m.tables.eh_frame_end = (const uint8_t *)(start + p->p_memsz);
    }
    if (m.tables.eh_frame_end && nr_modules < ARRAY_LEN(module))
        module[nr_modules++] = m;
    return 0;
}

static bool step(struct unwind *u)
{
    if (nr_modules == 0)
        dl_iterate_phdr(add_module, NULL);
    for (unsigned i = 0; i < nr_modules; i++)
        if (u->pc >= module[i].start && u->pc < module[i].end)
            return unwind_step(&module[i].tables, u);
    return false;
}

/* ---- Comparison ---- */

static const int saved[] = {3, 6, 12, 13, 14, 15}; /* rbx, rbp, r12 to r15 */

struct frame {
    uint64_t pc, sp, reg[ARRAY_LEN(saved)];
};

struct trace {
    struct frame frame[FRAMES_MAX];
    unsigned size;
};

static _Unwind_Reason_Code note_frame(struct _Unwind_Context *context, void *argument)
{
    struct trace *t = argument;
    if (t->size == FRAMES_MAX)
        return _URC_END_OF_STACK;
    struct frame *f = &t->frame[t->size++];
    f->pc = _Unwind_GetIP(context);
    f->sp = _Unwind_GetCFA(context);
    for (unsigned i = 0; i < ARRAY_LEN(saved); i++)
        f->reg[i] = _Unwind_GetGR(context, saved[i]);
    return _URC_NO_REASON;
}

#define CAPTURE(u)                                                                                 \
    __asm__ volatile(                                                                              \
        "movq %%rbx, 24(%0); movq %%rbp, 48(%0); movq %%rsp, 56(%0);"                              \
        "movq %%r12, 96(%0); movq %%r13, 104(%0); movq %%r14, 112(%0);"                            \
        "movq %%r15, 120(%0); leaq 1f(%%rip), %%rax; movq %%rax, 128(%0); 1:" ::"r"((u)->reg)      \
        : "rax", "memory");                                                                        \
    (u)->pc = (u)->reg[16];                                                                        \
    (u)->sp = (u)->reg[7]

static unsigned frames_compared;

/* Both unwinders start here; from the caller on they must agree in every register that calls
 * preserve. */
static __attribute__((noinline)) int compare(void)
{
    static struct trace theirs;
    struct unwind u = {.in_call = false};
    CAPTURE(&u);
    theirs.size = 0;
    _Unwind_Backtrace(note_frame, &theirs);
    CHECK(theirs.size >= 3);
    unsigned n = 1; /* theirs[0] is this function */
    for (; step(&u) && n < theirs.size; n++) {
        const struct frame *f = &theirs.frame[n];
        if (u.pc != f->pc || u.sp != f->sp)
            FAIL("frame %u is at %lx sp %lx, not at %lx sp %lx", n, u.pc, u.sp, f->pc, f->sp);
        for (unsigned i = 0; i < ARRAY_LEN(saved); i++)
            if (u.reg[saved[i]] != f->reg[i])
                FAIL("frame %u: register %d is %lx, not %lx", n, saved[i], u.reg[saved[i]],
                     f->reg[i]);
    }
    /* libgcc reports the outermost frame's caller as a frame at 0. */
    unsigned expected = theirs.size - (theirs.frame[theirs.size - 1].pc == 0);
    if (n != expected)
        FAIL("%u frames, not %u", n, expected);
    frames_compared += n;
    return 1;
}

/* ---- C ---- */

TEST(unwind_plain_call)
{
    CHECK(compare());
    CHECK(frames_compared >= 5);
}

static __attribute__((noinline)) int deep(int depth, int (*leaf)(void))
{
    return depth ? deep(depth - 1, leaf) + depth : leaf();
}

TEST(unwind_recursion)
{
    CHECK(deep(200, compare));
}

static __attribute__((noinline, optimize("O2,omit-frame-pointer"))) long
many_registers(long a, long b, long c, long d, long e, long f)
{
    for (long i = 0; i < 3; i++)
        a += b * c - d * e + f + compare() * i;
    return a + b + c + d + e + f;
}

TEST(unwind_saved_registers)
{
    volatile long n = 3;
    CHECK(many_registers(n, n + 1, n + 2, n + 3, n + 4, n + 5));
}

static __attribute__((noinline, optimize("O2"))) int variable_frame(unsigned size)
{
    volatile char *space = alloca(size * 16 + 1);
    space[size] = 1;
    return compare() + space[size];
}

TEST(unwind_alloca)
{
    for (unsigned size = 0; size < 300; size += 37)
        CHECK(variable_frame(size));
}

static __attribute__((noinline)) int aligned_frame(void)
{
    volatile char space[64] __attribute__((aligned(256)));
    space[0] = 1;
    return compare() + space[0];
}

TEST(unwind_realigned_stack)
{
    CHECK(aligned_frame());
}

static int by_value(const void *a, const void *b)
{
    compare();
    return *(const int *)a - *(const int *)b;
}

TEST(unwind_through_libc)
{
    int values[] = {5, 3, 9, 1, 4, 4, 8};
    qsort(values, ARRAY_LEN(values), sizeof values[0], by_value);
    CHECK(values[0] == 1);
}

/* ---- Signals: the trampoline's frame is described by expressions over the saved context ---- */

static void on_signal(int number)
{
    (void)number;
    compare();
}

TEST(unwind_signal_frame)
{
    signal(SIGUSR1, on_signal);
    raise(SIGUSR1);
    CHECK(frames_compared > 5);
}

static void on_trap(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    (void)context;
    compare();
}

/* Interrupted at its first instruction, before anything of a frame exists. */
__asm__(".text\n"
        "trap_at_once:\n"
        "    .cfi_startproc\n"
        "    int3\n"
        "    ret\n"
        "    .cfi_endproc\n");
extern int trap_at_once(void);

TEST(unwind_interrupted_at_first_instruction)
{
    static char stack[1 << 16];
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    sigaction(SIGTRAP, &action, NULL);
    deep(3, trap_at_once);
    CHECK(frames_compared > 8);
}

/* ---- Assembly ---- */

/* switch_stack(leaf, top): calls leaf on another stack, whose first word says where the old one is.
 * The CFA is found as OCaml's runtime has it found: *(rsp + 0) + 8. A push while that holds must
 * not end it. */
__asm__(".text\n"
        "switch_stack:\n"
        "    .cfi_startproc\n"
        "    pushq %rbx\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    .cfi_offset rbx, -16\n"
        "    subq $16, %rsi\n"
        "    movq %rsp, (%rsi)\n"
        "    movq %rsi, %rbx\n"
        "    movq %rsi, %rsp\n"
        "    .cfi_remember_state\n"
        "    .cfi_escape 0x0f, 5, 0x73, 0, 0x06, 0x23, 16\n" /* breg3 0, deref, plus_uconst 16 */
        "    pushq $0\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    pushq $0\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    call *%rdi\n"
        "    addq $16, %rsp\n"
        "    .cfi_adjust_cfa_offset -16\n"
        "    movq (%rsp), %rsp\n"
        "    .cfi_restore_state\n"
        "    popq %rbx\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    .cfi_same_value rbx\n"
        "    ret\n"
        "    .cfi_endproc\n");
extern int switch_stack(int (*leaf)(void), void *top);

TEST(unwind_stack_switch)
{
    static char stack[1 << 16] __attribute__((aligned(16)));
    CHECK(switch_stack(compare, stack + sizeof stack));
}

static int switch_again(void)
{
    static char stack[1 << 16] __attribute__((aligned(16)));
    return switch_stack(compare, stack + sizeof stack);
}

TEST(unwind_stack_switch_twice)
{
    static char stack[1 << 16] __attribute__((aligned(16)));
    CHECK(switch_stack(switch_again, stack + sizeof stack));
}

/* Keeps rbx in r12, rbp by an expression, r13 as a computed value, r12 in memory. */
__asm__(".text\n"
        "odd_rules:\n"
        "    .cfi_startproc\n"
        "    pushq %r12\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    .cfi_offset r12, -16\n"
        "    pushq %rbp\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    .cfi_escape 0x10, 6, 2, 0x48, 0x1c\n" /* rbp: expression, CFA lit24 minus */
        "    movq %rbx, %r12\n"
        "    .cfi_register rbx, r12\n"
        "    xorl %ebx, %ebx\n"
        "    incq %r13\n"
        "    .cfi_escape 0x16, 13, 3, 0x7d, 0x7f, 0x96\n" /* r13: val_expression, breg13 -1, nop */
        "    xorl %ebp, %ebp\n"
        "    subq $8, %rsp\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    call *%rdi\n"
        "    addq $8, %rsp\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    decq %r13\n"
        "    .cfi_same_value r13\n"
        "    movq %r12, %rbx\n"
        "    .cfi_same_value rbx\n"
        "    popq %rbp\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    .cfi_restore rbp\n"
        "    popq %r12\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    .cfi_restore r12\n"
        "    ret\n"
        "    .cfi_endproc\n");
extern int odd_rules(int (*leaf)(void));

TEST(unwind_odd_rules)
{
    CHECK(deep(2, compare));
    CHECK(odd_rules(compare));
}

/* ---- Where it ends ---- */

__asm__(".text\n"
        "outermost:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined rip\n"
        "    subq $8, %rsp\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    call *%rdi\n"
        "    addq $8, %rsp\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    ret\n"
        "    .cfi_endproc\n");
extern int outermost(int (*leaf)(void));

static int two_frames(void)
{
    struct unwind u = {.in_call = false};
    CAPTURE(&u);
    CHECK(step(&u)); /* to outermost */
    struct unwind before = u;
    CHECK(!step(&u));
    CHECK(memcmp(&before, &u, sizeof u) == 0);
    return 1;
}

TEST(unwind_ends_at_an_undefined_return_address)
{
    CHECK(outermost(two_frames));
}

TEST(unwind_ends_where_no_entry_is)
{
    struct unwind u = {.in_call = false};
    CAPTURE(&u);
    CHECK(step(&u));
    struct unwind before = u;
    u.pc = before.pc = 0x10;
    CHECK(!unwind_step(&module[0].tables, &u));
    CHECK(memcmp(&before, &u, sizeof u) == 0);
}

TEST(unwind_ends_where_the_stack_cannot_be_read)
{
    struct unwind u = {.in_call = false};
    CAPTURE(&u);
    u.sp = u.reg[7] = 0x1000;
    u.reg[6] = 0x1000;
    struct unwind before = u;
    CHECK(!step(&u));
    CHECK(memcmp(&before, &u, sizeof u) == 0);
}

#else

TEST(unwind_native)
{
    SKIP("the host is no x86_64");
}

#endif
