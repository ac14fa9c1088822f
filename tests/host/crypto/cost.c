/* cost.c: work to be counted. cost bits|core encrypt|decrypt N, or cost argon2 N, as RedoxFS does:
 * blocks of 4 KiB, or keys of passwords. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "argon2_fill.h"
#include "xts.h"

static void blocks(const struct aes_code *code, int back, int count)
{
    static uint8_t bytes[4096];
    struct xts_key key;
    uint8_t keys[2 * AES_BLOCK] = {1};
    xts_expand(&key, keys, keys + AES_BLOCK);
    for (int i = 0; i < count; i++)
        (back ? xts_decrypt : xts_encrypt)(code, &key,
                                           (struct xts_sectors){bytes, 1, sizeof bytes, i});
}

static void passwords(int count)
{
    enum { BLOCKS = 4096 };
    static struct argon2_block memory[BLOCKS];
    uint8_t key[16];
    struct argon2_input input = {
        {"password", 8}, {"a salt for a key", 16}, {"", 0}, {"", 0}, BLOCKS, 3, 1};
    for (int i = 0; i < count; i++)
        argon2id(&input, memory, key, sizeof key);
}

int main(int argc, char **argv)
{
    const struct aes_code *core = aes_instructions();
    if (argc == 3 && strcmp(argv[1], "argon2") == 0)
        return passwords(atoi(argv[2])), 0;
    if (argc == 4 && strcmp(argv[1], "bits") == 0)
        return blocks(&aes_bitsliced, argv[2][0] == 'd', atoi(argv[3])), 0;
    if (argc == 4 && strcmp(argv[1], "core") == 0 && core)
        return blocks(core, argv[2][0] == 'd', atoi(argv[3])), 0;
    fprintf(stderr, "cost: nothing to do\n");
    return 1;
}
