/* Code that a program writes and then executes: in place, in another page, by another thread, after
 * a fork. */
#include "check.h"
#include <pthread.h>

#define ROUNDS 200

/* A function that returns the number, below 2048. */
static void write_function(uint32_t *code, unsigned number)
{
#if defined __x86_64__
    const uint8_t bytes[] = {0xb8, (uint8_t)number, (uint8_t)(number >> 8), 0, 0, 0xc3, 0x90, 0x90};
    memcpy(code, bytes, sizeof bytes); /* mov $number, %eax; ret */
#elif defined __aarch64__
    code[0] = 0x52800000 | number << 5; /* mov w0, #number; ret */
    code[1] = 0xd65f03c0;
#else
    code[0] = 0x00000513 | number << 20; /* li a0, number; ret */
    code[1] = 0x00008067;
#endif
}

/* What the architecture's manual asks of a program before it executes what it wrote. */
static void finish_function(uint32_t *code)
{
#if defined __riscv
    OK(syscall(259, code, code + 2, 0)); /* riscv_flush_icache */
#else
    __builtin___clear_cache((char *)code, (char *)(code + 2));
#endif
}

static int call(uint32_t *code)
{
    return ((int (*)(void))(uintptr_t)code)();
}

static uint32_t *map_code(int prot, int flags)
{
    return (uint32_t *)OK(mmap(NULL, PAGE, prot, flags | MAP_ANONYMOUS, -1, 0));
}

#define RW  (PROT_READ | PROT_WRITE)
#define RWX (RW | PROT_EXEC)

CHECK(code_is_written_again_where_it_is_executed)
{
    uint32_t *code = map_code(RWX, MAP_PRIVATE);
    for (int i = 0; i < ROUNDS; i++) {
        write_function(code, (unsigned)i);
        finish_function(code);
        EXPECT_EQ(call(code), i);
    }
}

CHECK(code_becomes_executable_after_it_was_written)
{
    uint32_t *code = map_code(RW, MAP_PRIVATE);
    for (int i = 0; i < ROUNDS; i++) {
        write_function(code, (unsigned)i);
        OK(mprotect(code, PAGE, PROT_READ | PROT_EXEC));
        finish_function(code);
        EXPECT_EQ(call(code), i);
        OK(mprotect(code, PAGE, RW));
    }
}

CHECK(each_of_two_processes_executes_what_it_wrote)
{
    uint32_t *code = map_code(RWX, MAP_PRIVATE);
    write_function(code, 1);
    finish_function(code);
    EXPECT_EQ(call(code), 1);
    for (int i = 2; i < 20; i++) {
        pid_t child = OK(fork());
        if (child == 0) {
            int before = call(code);
            write_function(code, (unsigned)i);
            finish_function(code);
            _exit(before == 1 ? call(code) : 0);
        }
        EXPECT_EXITS(child, i);
        EXPECT_EQ(call(code), 1);
    }
}

CHECK(code_comes_out_of_a_file)
{
    int file = OK(memfd_create("code", 0));
    uint32_t words[2];
    for (int i = 0; i < 20; i++) {
        write_function(words, (unsigned)i);
        EXPECT_EQ(pwrite(file, words, sizeof words, 0), (ssize_t)sizeof words);
        uint32_t *code =
            (uint32_t *)OK(mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0));
        EXPECT_EQ(call(code), i);
        OK(munmap(code, PAGE));
    }
}

static uint32_t *shared_code;
static volatile int wanted, done; /* numbers of rounds */

static void *execute(void *unused)
{
    for (int i = 1; i < ROUNDS; i++) {
        while (__atomic_load_n(&wanted, __ATOMIC_ACQUIRE) < i)
            syscall(SYS_sched_yield);
        EXPECT_EQ(call(shared_code), i);
        __atomic_store_n(&done, i, __ATOMIC_RELEASE);
    }
    return unused;
}

CHECK(another_thread_executes_what_was_written)
{
    pthread_t other;
    shared_code = map_code(RWX, MAP_PRIVATE);
    EXPECT_EQ(pthread_create(&other, NULL, execute, NULL), 0);
    for (int i = 1; i < ROUNDS; i++) {
        write_function(shared_code, (unsigned)i);
        finish_function(shared_code);
        __atomic_store_n(&wanted, i, __ATOMIC_RELEASE);
        while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) < i)
            syscall(SYS_sched_yield);
    }
    pthread_join(other, NULL);
}
