/* count_instructions.c: a plugin of QEMU's that counts what each of a machine's cores executes
 * between marks.
 *
 *   -plugin LIBRARY,out=FILE,begin=ADDRESS,step=ADDRESS,end=ADDRESS
 *
 * A mark is a function of the guest's, by its address. At each one a line goes to the file: its
 * name, the core that came by, and for each core the instructions until then and how many of these
 * it spun. A core spins when it comes from a hint to wait (x86's PAUSE, Arm's YIELD and ISB,
 * RISC-V's PAUSE) to the same one again within SPIN_MAX instructions: so long a turn in which it
 * only waited for another core depends on the host, and says nothing.
 *
 * Cores run in parallel, each counts for itself; what a mark reads of the others is as old as a
 * block or two.
 *
 * Source: QEMU 7.2, docs/devel/tcg-plugins, version 1 of the interface, as far as it is declared
 * here. */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- QEMU's interface ---- */

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;

struct qemu_info {
    const char *target_name;
    struct {
        int least, current;
    } version;
    bool is_system;
    int nr_cores, max_cores;
};

#define NO_REGISTERS 0 /* a callback neither reads nor writes them */

typedef void on_translation(plugin_id, struct qemu_plugin_tb *);
typedef void on_execution(unsigned core, void *argument);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, on_translation *);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, on_execution *, int flags,
                                          void *argument);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, on_execution *, int flags,
                                            void *argument);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);

int qemu_plugin_version = 1;
int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc, char **argv);

/* ---- counting ---- */

#define CORES_MAX 64
#define SPIN_MAX  64

struct block {
    uint32_t nr_instructions;
    bool waits; /* has a hint to wait */
};

static struct count {
    uint64_t executed, spun;
    uint64_t at_wait; /* executed, when it last was at a hint to wait, ... */
    const struct block *wait; /* ... and this one */
} __attribute__((aligned(64))) counts[CORES_MAX];

static int nr_cores;
static bool is_x86, is_arm;

static void execute(unsigned core, void *argument)
{
    const struct block *b = argument;
    struct count *c = &counts[core];
    c->executed += b->nr_instructions;
    if (!b->waits)
        return;
    if (c->wait == b && c->executed - c->at_wait <= SPIN_MAX)
        c->spun += c->executed - c->at_wait;
    c->wait = b;
    c->at_wait = c->executed;
}

/* ---- marks ---- */

static struct mark {
    const char *name;
    uint64_t address;
} marks[] = {{"begin", 0}, {"step", 0}, {"end", 0}};

#define NR_MARKS (sizeof marks / sizeof *marks)

static FILE *out;

static void pass(unsigned core, void *argument)
{
    const struct mark *m = argument;
    flockfile(out);
    fprintf(out, "%s %u", m->name, core);
    for (int i = 0; i < nr_cores; i++)
        fprintf(out, " %" PRIu64 " %" PRIu64, counts[i].executed, counts[i].spun);
    fputc('\n', out);
    fflush(out);
    funlockfile(out);
}

static struct mark *mark_at(uint64_t address)
{
    for (size_t i = 0; i < NR_MARKS; i++)
        if (marks[i].address == address)
            return &marks[i];
    return NULL;
}

/* ---- translation ---- */

static bool is_hint_to_wait(const struct qemu_plugin_insn *i)
{
    uint32_t word = 0;
    size_t size = qemu_plugin_insn_size(i);
    memcpy(&word, qemu_plugin_insn_data(i), size < 4 ? size : 4);
    if (is_x86)
        return size == 2 && word == 0x90f3;
    if (is_arm)
        return word == 0xd503203f || word == 0xd5033fdf;
    return size == 4 && word == 0x0100000f;
}

/* The blocks live as long as QEMU: it may execute one for the last time while it translates it
 * anew. */
static void translate(plugin_id id, struct qemu_plugin_tb *tb)
{
    (void)id;
    struct block *b = calloc(1, sizeof *b);
    if (b == NULL)
        abort();
    b->nr_instructions = (uint32_t)qemu_plugin_tb_n_insns(tb);
    for (size_t i = 0; i < b->nr_instructions; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        struct mark *m = mark_at(qemu_plugin_insn_vaddr(insn));
        b->waits |= is_hint_to_wait(insn);
        if (m)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, pass, NO_REGISTERS, m);
    }
    qemu_plugin_register_vcpu_tb_exec_cb(tb, execute, NO_REGISTERS, b);
}

/* ---- starting ---- */

static bool take_option(const char *option)
{
    const char *value = strchr(option, '=');
    if (value == NULL)
        return false;
    size_t length = (size_t)(value++ - option);
    if (strncmp(option, "out", length) == 0)
        return (out = fopen(value, "w")) != NULL;
    for (size_t i = 0; i < NR_MARKS; i++)
        if (strncmp(option, marks[i].name, length) == 0)
            return (marks[i].address = strtoull(value, NULL, 16)) != 0;
    return false;
}

int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc, char **argv)
{
    nr_cores = info->max_cores;
    is_x86 = strcmp(info->target_name, "x86_64") == 0;
    is_arm = strcmp(info->target_name, "aarch64") == 0;
    for (int i = 0; i < argc; i++)
        if (!take_option(argv[i])) {
            fprintf(stderr, "count_instructions: %s: no such option, or no such file\n", argv[i]);
            return -1;
        }
    if (out == NULL || nr_cores > CORES_MAX) {
        fprintf(stderr, "count_instructions: out=FILE is missing, or more than %d cores\n",
                CORES_MAX);
        return -1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    return 0;
}
