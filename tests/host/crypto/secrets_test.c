/* secrets_test.c: no branch and no address depends on keys or data. Valgrind's Memcheck follows
 * what is undefined, and says where the program depends on it: here keys and data are. */
#include <stdbool.h>
#include <stdio.h>
#include <valgrind/memcheck.h>

#include "xts.h"

static unsigned passed, failed;

static void report(const char *name, bool is_good)
{
    printf("%s secrets: %s\n", is_good ? "ok" : "FAIL", name);
    *(is_good ? &passed : &failed) += 1;
}

static void secret(void *at, size_t bytes)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(at, bytes);
}

/* What a table would do. */
static bool depends(void)
{
    static volatile const uint8_t table[256] = {1};
    volatile uint8_t index = 3;
    unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
    secret((void *)&index, 1);
    (void)table[index];
    if (index > 100)
        puts("# more");
    return VALGRIND_COUNT_ERRORS > before;
}

static bool is_quiet(const struct aes_code *code)
{
    static uint8_t bytes[3 * 432], keys[2][AES_BLOCK] = {{1}, {2}};
    struct xts_key key;
    unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
    secret(bytes, sizeof bytes);
    secret(keys, sizeof keys);
    xts_expand(&key, keys[0], keys[1]);
    struct xts_sectors sectors = {bytes, 3, sizeof bytes / 3, 5};
    xts_encrypt(code, &key, sectors);
    xts_decrypt(code, &key, sectors);
    return VALGRIND_COUNT_ERRORS == before && VALGRIND_CHECK_MEM_IS_DEFINED(bytes, 1) != 0;
}

int main(void)
{
    report("it runs under Valgrind", RUNNING_ON_VALGRIND);
    report("a dependence is found", depends());
    report("AES in bits", is_quiet(&aes_bitsliced));
    if (aes_instructions())
        report("AES of the core", is_quiet(aes_instructions()));
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
