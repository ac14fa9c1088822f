/* argon2_test.c: BLAKE2b and Argon2id: published vectors, and random work beside the reference
 * implementation. */
#include <argon2.h>

#include "argon2_fill.h"
#include "blake2b.h"
#include "bytes.h"

/* RFC 7693, appendix A. */
TEST(blake2b_of_rfc_7693)
{
    struct blake2b b;
    uint8_t hash[BLAKE2B_MAX];
    blake2b_start(&b, BLAKE2B_MAX);
    blake2b_add(&b, "abc", 3);
    blake2b_finish(&b, hash);
    CHECK_BYTES(hash, "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                      "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

TEST(blake2b_in_parts)
{
    uint8_t bytes[600], whole[BLAKE2B_MAX], parts[BLAKE2B_MAX];
    struct blake2b b;
    random_bytes(bytes, sizeof bytes);
    for (size_t length = 0; length <= sizeof bytes; length++) {
        blake2b_start(&b, BLAKE2B_MAX);
        blake2b_add(&b, bytes, length);
        blake2b_finish(&b, whole);
        blake2b_start(&b, BLAKE2B_MAX);
        for (size_t at = 0; at < length;) {
            size_t now = 1 + check_random_below(length - at);
            blake2b_add(&b, bytes + at, now);
            at += now;
        }
        blake2b_finish(&b, parts);
        CHECK(memcmp(whole, parts, BLAKE2B_MAX) == 0);
    }
}

/* RFC 9106, 5.3. */
TEST(argon2id_of_rfc_9106)
{
    uint8_t password[32], salt[16], secret[8], associated[12], key[32];
    static struct argon2_block memory[32];
    memset(password, 1, sizeof password);
    memset(salt, 2, sizeof salt);
    memset(secret, 3, sizeof secret);
    memset(associated, 4, sizeof associated);
    struct argon2_input input = {
        {password, 32}, {salt, 16}, {secret, 8}, {associated, 12}, 32, 3, 4};
    argon2id(&input, memory, key, sizeof key);
    CHECK_BYTES(key, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    for (size_t i = 0; i < sizeof memory; i++)
        CHECK_EQ(((uint8_t *)memory)[i], 0);
}

enum { BLOCKS_MAX = 4096, KEY_MAX = 200 };

struct job {
    uint8_t password[100], salt[40], secret[40], associated[40];
    struct argon2_input input;
    size_t key_length;
};

static struct argon2_bytes some(const uint8_t *bytes, size_t least, size_t most)
{
    return (struct argon2_bytes){bytes, least + check_random_below(most - least + 1)};
}

/* The reference wants a salt of at least 8 bytes. */
static void choose(struct job *job)
{
    random_bytes((uint8_t *)job, offsetof(struct job, input));
    uint32_t lanes = 1 + (uint32_t)check_random_below(check_random_below(2) ? 1 : 5);
    uint32_t most = check_random_below(16) ? 200 : BLOCKS_MAX;
    job->input = (struct argon2_input){
        .password = some(job->password, 0, sizeof job->password),
        .salt = some(job->salt, 8, sizeof job->salt),
        .secret = some(job->secret, 0, sizeof job->secret),
        .associated = some(job->associated, 0, sizeof job->associated),
        .blocks = 8 * lanes + (uint32_t)check_random_below(most),
        .passes = 1 + (uint32_t)check_random_below(4),
        .lanes = lanes,
    };
    job->key_length = 4 + check_random_below(KEY_MAX - 3);
}

static int by_reference(const struct job *job, uint8_t *key)
{
    const struct argon2_input *in = &job->input;
    argon2_context context = {
        .out = key,
        .outlen = (uint32_t)job->key_length,
        .pwd = (uint8_t *)job->password,
        .pwdlen = (uint32_t)in->password.length,
        .salt = (uint8_t *)job->salt,
        .saltlen = (uint32_t)in->salt.length,
        .secret = (uint8_t *)job->secret,
        .secretlen = (uint32_t)in->secret.length,
        .ad = (uint8_t *)job->associated,
        .adlen = (uint32_t)in->associated.length,
        .t_cost = in->passes,
        .m_cost = in->blocks,
        .lanes = in->lanes,
        .threads = 1,
        .version = ARGON2_VERSION_13,
    };
    return argon2id_ctx(&context);
}

TEST(argon2id_beside_the_reference)
{
    static struct argon2_block memory[BLOCKS_MAX + 64];
    struct check_count count = {0};
    while (check_another(&count, check_seconds())) {
        struct job job;
        uint8_t key[KEY_MAX], expected[KEY_MAX];
        choose(&job);
        argon2id(&job.input, memory, key, job.key_length);
        CHECK_EQ(by_reference(&job, expected), ARGON2_OK);
        CHECK(memcmp(key, expected, job.key_length) == 0);
    }
}
