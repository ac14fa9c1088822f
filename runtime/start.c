/* start.c: the first thread: a Linux-style start of musl, which calls the OCaml runtime's main.
 *
 * The kernel command line: words NAME=value whose name is in capitals (OCAMLRUNPARAM,
 * OCAML_RUNTIME_EVENTS_START) become the environment; words after `--` become the program's
 * arguments; the rest is for the nucleus and the kernel. Double quotes hold words together. Two
 * more are for programs that tests boot: stdin=PATH reads standard input from a file, and
 * marker=TEXT prints a line where the program's own output begins, since firmware may share the
 * serial line. */
#include <elf.h>
#include "boot_info.h"
#include "console.h"
#include "entropy.h"
#include "kcall.h"
#include "machine.h"
#include "paging.h"
#include "panic.h"
#include "poll_point.h"
#include "stacks.h"
#include "runtime.h"
#include "version.h"

#define MAIN_STACK_SIZE (1 * MIB)
#define WORDS_MAX       128

/* Sizes come from the linker script as symbols' values. */
extern char tls_start[], tls_size[], tls_align[], tls_data_end[];

int main(int argc, char **argv, char **envp);
_Noreturn void __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
                                 void (*init)(void), void (*fini)(void), void (*ldso_fini)(void));

static Elf64_Phdr program_header; /* what musl looks for: the thread-local image */
static char words[sizeof boot_info.command_line];
static char random_bytes[16];

/* argv, NULL, envp, NULL, then the auxiliary vector, as the ABI has them on the stack. */
static uintptr_t start_block[2 * WORDS_MAX + 32];
static unsigned start_size, argc;

static void push(uintptr_t value)
{
    if (start_size == ARRAY_LEN(start_block))
        panic("start: the kernel command line has too many words");
    start_block[start_size++] = value;
}

static void push_auxiliary(uintptr_t key, uintptr_t value)
{
    push(key);
    push(value);
}

/* Cuts the command line into words in place: 0-terminated, quotes removed. Returns how many. */
static unsigned split_words(char *list[WORDS_MAX])
{
    unsigned n = 0;
    char *out = words;
    const char *in = boot_info.command_line;
    while (*in && n < WORDS_MAX) {
        while (*in == ' ')
            in++;
        if (!*in)
            break;
        list[n++] = out;
        for (bool quoted = false; *in && (*in != ' ' || quoted); in++) {
            if (*in == '"')
                quoted = !quoted;
            else
                *out++ = *in;
        }
        *out++ = '\0';
        in += *in == ' ';
    }
    return n;
}

static bool is_environment(const char *word)
{
    const char *p = word;
    while ((*p >= 'A' && *p <= 'Z') || *p == '_' || (p > word && *p >= '0' && *p <= '9'))
        p++;
    return p > word && *p == '=';
}

static bool is_separator(const char *word)
{
    return word[0] == '-' && word[1] == '-' && word[2] == '\0';
}

static void build_start_block(void)
{
    static char *list[WORDS_MAX];
    static char program_name[] = PROGRAM_NAME;
    unsigned n = split_words(list), arguments = 0;
    while (arguments < n && !is_separator(list[arguments]))
        arguments++;
    push((uintptr_t)program_name);
    for (unsigned i = arguments + 1; i < n; i++)
        push((uintptr_t)list[i]);
    argc = start_size;
    push(0);
    for (unsigned i = 0; i < arguments; i++)
        if (is_environment(list[i]))
            push((uintptr_t)list[i]);
    push(0);
    push_auxiliary(AT_PHDR, (uintptr_t)&program_header);
    push_auxiliary(AT_PHENT, sizeof program_header);
    push_auxiliary(AT_PHNUM, 1);
    push_auxiliary(AT_PAGESZ, PAGE_SIZE);
    push_auxiliary(AT_RANDOM, (uintptr_t)random_bytes);
    push_auxiliary(AT_NULL, 0);
}

static void read_options(void)
{
    char value[256];
    if (boot_option("stdin", value, sizeof value) && files_set_stdin(value) != 0)
        panic("start: the option stdin=%s names no file", value);
    if (boot_option("marker", value, sizeof value))
        print("%s\n", value);
}

static void run(void *arg)
{
    (void)arg;
    entropy_read(random_bytes, sizeof random_bytes);
    files_init();
    poll_point_init();
    stacks_init();
    read_options();
    build_start_block();
    program_header = (Elf64_Phdr){
        .p_type = PT_TLS,
        .p_vaddr = (uintptr_t)tls_start,
        .p_filesz = (uintptr_t)(tls_data_end - tls_start),
        .p_memsz = (uintptr_t)tls_size,
        .p_align = (uintptr_t)tls_align,
    };
    __libc_start_main(main, (int)argc, (char **)start_block, NULL, NULL, NULL);
}

void runtime_start(void)
{
    if (thread_create("main", run, NULL, 0, MAIN_STACK_SIZE, 0, &boot_core, THREAD_NORMAL) == NULL)
        panic("runtime_start: no memory for the first thread");
}
