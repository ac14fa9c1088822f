/* executables.c: executables made byte by byte: where they go in memory, who loads whom, and that
 * bad ones end in an error or a signal for their own process.
 *
 * What Linux finds wrong only after the old program has gone ends the process by a signal; a system
 * may as well refuse. */
#include "check.h"
#include <elf.h>
#include <sys/resource.h>

/* ---- programs, as bytes ---- */

/* Exits with the byte at the address that stands in its last eight bytes. */
extern const char piece[], piece_end[];
__asm__(".pushsection .rodata\n"
        ".balign 8\n"
        "piece:\n"
#if defined __x86_64__
        "mov 1f(%rip), %rax\n"
        "movzbl (%rax), %edi\n"
        "mov $231, %eax\n"
        "syscall\n"
#elif defined __aarch64__
        "ldr x1, 1f\n"
        "ldrb w0, [x1]\n"
        "mov x8, #94\n"
        "svc #0\n"
#else
        ".option push\n"
        ".option norelax\n"
        "lla a1, 1f\n"
        "ld a1, 0(a1)\n"
        "lbu a0, 0(a1)\n"
        "li a7, 94\n"
        "ecall\n"
        ".option pop\n"
#endif
        ".balign 8\n"
        "1: .quad 0\n"
        "piece_end:\n"
        ".popsection\n");

#if defined __x86_64__
#define MACHINE EM_X86_64
#elif defined __aarch64__
#define MACHINE EM_AARCH64
#else
#define MACHINE EM_RISCV
#endif

#define TEXT      0x10000000ul /* where the first segment goes */
#define DATA      0x20000000ul /* and the second one */
#define DATA_FILE 0x1000ul     /* its offset in the file */
#define CODE      0x400ul      /* the code's, in the first segment */
#define MAGIC     42

static struct program {
    Elf64_Ehdr header;
    Elf64_Phdr segments[6];
    char rest[0x3000 - sizeof(Elf64_Ehdr) - 6 * sizeof(Elf64_Phdr)];
} program;

static void add_segment(uint32_t type, uint32_t flags, uint64_t offset, uint64_t address,
                        uint64_t size)
{
    program.segments[program.header.e_phnum++] = (Elf64_Phdr){
        .p_type = type,     .p_flags = flags, .p_offset = offset, .p_vaddr = address,
        .p_filesz = size, .p_memsz = size,  .p_align = PAGE};
}

/* Code in one segment; a page of MAGIC in another, of which the file has 16 bytes more. */
static void make_program(uint64_t looked_at)
{
    size_t code = (size_t)(piece_end - piece);
    memset(&program, 0, sizeof program);
    memcpy(program.header.e_ident, ELFMAG "\2\1\1", 7);
    program.header.e_type = ET_EXEC;
    program.header.e_machine = MACHINE;
    program.header.e_version = 1;
    program.header.e_entry = TEXT + CODE;
    program.header.e_phoff = sizeof(Elf64_Ehdr);
    program.header.e_ehsize = sizeof(Elf64_Ehdr);
    program.header.e_phentsize = sizeof(Elf64_Phdr);
    memcpy((char *)&program + CODE, piece, code);
    memcpy((char *)&program + CODE + code - 8, &looked_at, 8);
    memset((char *)&program + DATA_FILE, MAGIC, PAGE + 16);
    add_segment(PT_LOAD, PF_R | PF_X, 0, TEXT, PAGE);
    add_segment(PT_LOAD, PF_R | PF_W, DATA_FILE, DATA, PAGE);
}

static void write_program(const char *name, size_t size)
{
    int file = OK(open(name, O_WRONLY | O_CREAT | O_TRUNC, 0700));
    EXPECT_EQ(write(file, &program, size), size);
    OK(close(file));
}

/* Runs in a process of its own: its exit status; 1000 and the signal; 2000 and execve's error. */
static int run_file(const char *name)
{
    int *error = check_shared(PAGE);
    pid_t child = OK(fork());
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        setrlimit(RLIMIT_CPU, &(struct rlimit){2, 2});
        alarm(5);
        execl(name, name, NULL);
        *error = errno;
        _exit(0);
    }
    int status = check_wait(child), failed = *error;
    munmap(error, PAGE);
    if (failed)
        return 2000 + failed;
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int run_program(void)
{
    write_program("program", sizeof program);
    return run_file("./program");
}

#define EXPECT_REFUSED(error) EXPECT_EQ(run_program(), 2000 + (error))
#define EXPECT_NO_PROGRAM()   EXPECT(run_program() > 1000)

/* ---- where things go ---- */

CHECK(segments_go_where_they_say)
{
    check_directory();
    make_program(DATA + 0x123);
    EXPECT_EQ(run_program(), MAGIC);
    make_program(TEXT + 1);
    EXPECT_EQ(run_program(), 'E');
}

CHECK(segments_need_not_begin_a_page)
{
    check_directory();
    make_program(DATA + 0x123);
    program.segments[1].p_offset += 0x123;
    program.segments[1].p_vaddr += 0x123;
    program.segments[1].p_filesz = program.segments[1].p_memsz = 0x100;
    EXPECT_EQ(run_program(), MAGIC);
}

CHECK(memory_behind_the_file_is_zero)
{
    check_directory();
    make_program(DATA + 0x800);
    program.segments[1].p_filesz = 0x800;
    program.segments[1].p_memsz = 0x5000;
    EXPECT_EQ(run_program(), 0);
    make_program(DATA + 0x7ff);
    program.segments[1].p_filesz = 0x800;
    EXPECT_EQ(run_program(), MAGIC);
    make_program(DATA + 0x4fff);
    program.segments[1].p_memsz = 0x5000;
    EXPECT_EQ(run_program(), 0);
    make_program(DATA + 0x5000);
    program.segments[1].p_memsz = 0x5000;
    EXPECT_EQ(run_program(), 1000 + SIGSEGV);
}

CHECK(memory_without_a_file)
{
    check_directory();
    make_program(DATA + 0x10000);
    program.segments[1].p_filesz = 0;
    program.segments[1].p_memsz = 0x20000;
    EXPECT_EQ(run_program(), 0);
}

CHECK(segments_are_read_only_or_not_executable)
{
    check_directory();
    make_program(DATA);
    program.segments[0].p_flags = PF_R;
    EXPECT_EQ(run_program(), 1000 + SIGSEGV);
    make_program(DATA);
    program.segments[1].p_flags = 0;
    EXPECT_EQ(run_program(), 1000 + SIGSEGV);
}

/* Its code would need to know where it is to look at anything: it is found by where it faults. */
CHECK(programs_without_a_place)
{
    check_directory();
    make_program(0);
    program.header.e_type = ET_DYN;
    program.header.e_entry -= TEXT;
    program.segments[0].p_vaddr -= TEXT;
    program.segments[1].p_vaddr -= TEXT;
    EXPECT_EQ(run_program(), 1000 + SIGSEGV);
}

CHECK(other_segments_do_not_matter)
{
    check_directory();
    make_program(DATA);
    add_segment(PT_NOTE, PF_R, ~0ul, ~0ul, ~0ul);
    add_segment(PT_GNU_STACK, PF_R | PF_W, 0, 0, 0);
    add_segment(0x60000000, 7, 1, 2, 3);
    EXPECT_EQ(run_program(), MAGIC);
}

/* ---- interpreters ---- */

static void name_interpreter(const char *path, size_t size)
{
    memcpy((char *)&program + 0x800, path, strlen(path) + 1);
    add_segment(PT_INTERP, PF_R, 0x800, TEXT + 0x800, size);
}

/* It is loaded beside the program, and begins. */
CHECK(an_interpreter_begins)
{
    char path[] = "./interpreter";
    check_directory();
    make_program(DATA); /* of the program that is to be there as well */
    program.header.e_entry += 0x40000000;
    program.segments[0].p_vaddr += 0x40000000;
    program.segments[1].p_vaddr += 0x40000000;
    write_program("interpreter", sizeof program);
    make_program(TEXT + 1);
    name_interpreter(path, sizeof path);
    EXPECT_EQ(run_program(), MAGIC);
}

CHECK(interpreters_that_are_none)
{
    check_directory();
    make_program(DATA);
    name_interpreter("/nonexistent", sizeof "/nonexistent");
    EXPECT_REFUSED(ENOENT);
    make_program(DATA);
    name_interpreter("/nonexistent", sizeof "/nonexistent" - 1);
    EXPECT_REFUSED(ENOEXEC);
    make_program(DATA);
    name_interpreter("", 1);
    EXPECT_REFUSED(ENOEXEC);
    make_program(DATA);
    name_interpreter("/", PAGE + 1);
    EXPECT_REFUSED(ENOEXEC);
    int text = OK(open("text", O_WRONLY | O_CREAT, 0700));
    for (int i = 0; i < 100; i++)
        OK(write(text, "no program", 10));
    close(text);
    make_program(DATA);
    name_interpreter("./text", sizeof "./text");
    EXPECT_REFUSED(ELIBBAD);
}

/* ---- what is no program ---- */

CHECK(headers_that_are_refused)
{
    check_directory();
#define REFUSED(change)                                                                            \
    make_program(DATA);                                                                            \
    change;                                                                                        \
    EXPECT_REFUSED(ENOEXEC)
    REFUSED(program.header.e_ident[1] = 'F');
    REFUSED(program.header.e_type = ET_REL);
    REFUSED(program.header.e_type = ET_CORE);
    REFUSED(program.header.e_machine = EM_68K);
    REFUSED(program.header.e_phentsize = sizeof(Elf64_Phdr) + 1);
    REFUSED(program.header.e_phnum = 0);
    REFUSED(program.header.e_phnum = 0xffff);
    REFUSED(program.header.e_phoff = sizeof program - 8);
    REFUSED(program.header.e_phoff = ~0ul);
}

CHECK(files_that_end_early)
{
    check_directory();
    make_program(DATA);
    const size_t sizes[] = {0, 1, 4, 16, 63, 64, 64 + 56, 64 + 2 * 56 - 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        write_program("short", sizes[i]);
        EXPECT_EQ(run_file("./short"), 2000 + ENOEXEC);
    }
}

CHECK(segments_that_cannot_be)
{
    check_directory();
#define NO_PROGRAM(change)                                                                         \
    make_program(DATA);                                                                            \
    change;                                                                                        \
    EXPECT_NO_PROGRAM()
    NO_PROGRAM(program.segments[1].p_memsz = program.segments[1].p_filesz - 1);
    NO_PROGRAM(program.segments[1].p_vaddr += 8);
    NO_PROGRAM(program.segments[1].p_memsz = ~0ul);
    NO_PROGRAM(program.segments[1].p_memsz = 1ul << 62);
    NO_PROGRAM(program.segments[1].p_vaddr = -PAGE);
    NO_PROGRAM(program.segments[1].p_vaddr = 1ul << 63);
    NO_PROGRAM(program.segments[0].p_type = program.segments[1].p_type = PT_NULL);
    NO_PROGRAM(program.header.e_entry = ~0ul);
    NO_PROGRAM(program.header.e_entry = 1ul << 63);
    NO_PROGRAM(program.header.e_entry = 8);
}

/* ---- at random ---- */

static uint64_t random_state = 1;
static uint64_t random_number(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static void change_header(void)
{
    static const uint64_t edges[] = {0,         1,        PAGE - 1,           PAGE, 1ul << 31,
                                     1ul << 47, 1ul << 62, (1ul << 47) - PAGE, ~0ul, 1ul << 63};
    uint64_t *words = (uint64_t *)&program;
    size_t at = 2 + random_number() % ((sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr)) / 8 - 2);
    switch (random_number() % 3) {
    case 0: words[at] ^= 1ul << random_number() % 64; break;
    case 1: words[at] = edges[random_number() % (sizeof edges / sizeof *edges)]; break;
    default: words[at] += random_number() % 3 * PAGE - PAGE; break;
    }
}

/* Whatever headers say, it is over soon, and for this process alone. Seed 1. */
CHECK(headers_at_random)
{
    check_directory();
    for (int i = 0; i < 300; i++) {
        make_program(DATA);
        program.segments[1].p_memsz += PAGE;
        name_interpreter("./interpreter", sizeof "./interpreter");
        if (i % 4)
            program.header.e_phnum--;
        for (uint64_t n = 1 + random_number() % 3; n > 0; n--)
            change_header();
        int how = run_program();
        if (how == 1000 + SIGALRM || how == 1000 + SIGXCPU || how == 1000 + SIGKILL)
            FAIL("number %d: %d", i, how);
    }
}
