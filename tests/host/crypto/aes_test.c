/* aes_test.c: AES-128 and XTS: published vectors, the S-box by its definition, and random work
 * beside Nettle. Whatever can be computed here is: bits, and the core's instructions. */
#include <nettle/aes.h>
#include <nettle/xts.h>

#include "aes_slices.h"
#include "bytes.h"
#include "xts.h"

/* Calls `body` with each way to compute it. */
static void with_each(void (*body)(const struct aes_code *code))
{
    body(&aes_bitsliced);
    if (aes_instructions())
        body(aes_instructions());
    else
        printf("# this core has no AES instructions\n");
}

static void one_block(const struct aes_code *code, const char *key, const char *plain,
                      const char *encrypted)
{
    static const struct aes_words none;
    struct aes_key expanded;
    uint8_t bytes[AES_BLOCK], block[AES_BLOCK];
    bytes_of(bytes, key);
    bytes_of(block, plain);
    aes_expand(&expanded, bytes);
    code->encrypt(&expanded, block, &none, 1);
    CHECK_BYTES(block, encrypted);
    code->decrypt(&expanded, block, &none, 1);
    CHECK_BYTES(block, plain);
}

/* FIPS 197, appendices B and C.1. */
static void fips(const struct aes_code *code)
{
    one_block(code, "2b7e151628aed2a6abf7158809cf4f3c", "3243f6a8885a308d313198a2e0370734",
              "3925841d02dc09fbdc118597196a0b32");
    one_block(code, "000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff",
              "69c4e0d86a7b0430d8cdb78070b4c55a");
}

TEST(aes_of_fips_197)
{
    with_each(fips);
}

/* FIPS 197, A.1. */
TEST(aes_keys_of_fips_197)
{
    struct aes_key key;
    uint8_t bytes[AES_BLOCK];
    bytes_of(bytes, "2b7e151628aed2a6abf7158809cf4f3c");
    aes_expand(&key, bytes);
    CHECK_BYTES(key.round[0], "2b7e151628aed2a6abf7158809cf4f3c");
    CHECK_BYTES(key.round[1], "a0fafe1788542cb123a339392a6c7605");
    CHECK_BYTES(key.round[10], "d014f9a8c9ee2589e13f0cc8b6630ca6");
}

/* ---- the S-box: FIPS 197, 5.1.1 ---- */

static uint8_t product(uint8_t a, uint8_t b)
{
    uint8_t sum = 0;
    for (int i = 0; i < 8; i++) {
        sum ^= b >> i & 1 ? a : 0;
        a = (uint8_t)(a << 1 ^ (a >> 7 ? 0x1b : 0));
    }
    return sum;
}

static uint8_t substituted(uint8_t x)
{
    uint8_t inverse = 0, s = 0x63;
    while (x && product(x, inverse) != 1)
        inverse++;
    for (int i = 0; i < 5; i++)
        s ^= (uint8_t)(inverse << i | inverse >> (8 - i));
    return s;
}

TEST(s_box_of_every_byte)
{
    enum { AT_ONCE = SLICED_BLOCKS * AES_BLOCK };
    for (int first = 0; first < 256; first += AT_ONCE) {
        uint8_t bytes[AT_ONCE];
        struct aes_words blocks[SLICED_BLOCKS];
        slice q[AES_SLICES];
        for (int i = 0; i < AT_ONCE; i++)
            bytes[i] = (uint8_t)(first + i);
        memcpy(blocks, bytes, AT_ONCE);
        slices_pack(q, blocks);
        slices_substitute(q);
        slices_unpack(blocks, q);
        for (int i = 0; i < AT_ONCE; i++)
            CHECK_EQ(((uint8_t *)blocks)[i], substituted(bytes[i]));
        slices_pack(q, blocks);
        slices_substitute_back(q);
        slices_unpack(blocks, q);
        CHECK(memcmp(blocks, bytes, AT_ONCE) == 0);
    }
}

/* ---- XTS ---- */

struct vector {
    const char *data, *tweak;
    uint64_t sector;
    const char *plain, *encrypted;
};

/* IEEE 1619-2007, annex B, vectors 1 to 3. */
static const struct vector vectors[] = {
    {"00000000000000000000000000000000", "00000000000000000000000000000000", 0,
     "0000000000000000000000000000000000000000000000000000000000000000",
     "917cf69ebd68b2ec9b9fe9a3eadda692cd43d2f59598ed858c02c2652fbf922e"},
    {"11111111111111111111111111111111", "22222222222222222222222222222222", 0x3333333333,
     "4444444444444444444444444444444444444444444444444444444444444444",
     "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0"},
    {"fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0", "22222222222222222222222222222222", 0x3333333333,
     "4444444444444444444444444444444444444444444444444444444444444444",
     "af85336b597afc1a900b2eb21ec949d292df4c047e0b21532186a5971a227a89"},
};

static struct xts_key key_of(const char *data, const char *tweak)
{
    uint8_t bytes[2][AES_BLOCK];
    struct xts_key key;
    bytes_of(bytes[0], data);
    bytes_of(bytes[1], tweak);
    xts_expand(&key, bytes[0], bytes[1]);
    return key;
}

static void ieee(const struct aes_code *code)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const struct vector *v = &vectors[i];
        struct xts_key key = key_of(v->data, v->tweak);
        uint8_t bytes[32];
        struct xts_sectors sectors = {bytes, 1, sizeof bytes, v->sector};
        bytes_of(bytes, v->plain);
        xts_encrypt(code, &key, sectors);
        CHECK_BYTES(bytes, v->encrypted);
        xts_decrypt(code, &key, sectors);
        CHECK_BYTES(bytes, v->plain);
    }
}

TEST(xts_of_ieee_1619)
{
    with_each(ieee);
}

/* The same, vector 4: the ends of a sector of 512 bytes. */
static void ieee_long(const struct aes_code *code)
{
    struct xts_key key =
        key_of("27182818284590452353602874713526", "31415926535897932384626433832795");
    uint8_t bytes[512];
    for (int i = 0; i < 512; i++)
        bytes[i] = (uint8_t)i;
    xts_encrypt(code, &key, (struct xts_sectors){bytes, 1, sizeof bytes, 0});
    CHECK_BYTES(bytes, "27a7479befa1d476489f308cd4cfa6e2a96e4bbe3208ff25287dd3819616e89c");
    CHECK_BYTES(bytes + 496, "0a282df920147beabe421ee5319d0568");
}

TEST(xts_of_ieee_1619_long)
{
    with_each(ieee_long);
}

/* ---- beside Nettle ---- */

enum { MOST = 3 * 4096 };

struct job {
    uint8_t keys[32];
    uint8_t bytes[MOST + 2]; /* nothing before and behind may change */
    struct xts_sectors sectors;
};

static void choose(struct job *job)
{
    random_bytes(job->keys, sizeof job->keys);
    random_bytes(job->bytes, sizeof job->bytes);
    size_t sector = AES_BLOCK * (1 + check_random_below(check_random_below(2) ? 256 : 20));
    size_t count = 1 + check_random_below(MOST / sector);
    uint64_t first = check_random() >> check_random_below(64);
    job->sectors = (struct xts_sectors){job->bytes + 1, count, sector, first};
}

static void by_nettle(struct job *job, int back)
{
    struct xts_aes128_key key;
    (back ? xts_aes128_set_decrypt_key : xts_aes128_set_encrypt_key)(&key, job->keys);
    for (size_t i = 0; i < job->sectors.count; i++) {
        uint64_t number[2] = {job->sectors.first + i, 0};
        size_t length = job->sectors.sector_bytes;
        uint8_t *sector = job->sectors.bytes + i * length, tweak[AES_BLOCK];
        memcpy(tweak, number, sizeof tweak);
        if (back)
            xts_aes128_decrypt_message(&key, tweak, length, sector, sector);
        else
            xts_aes128_encrypt_message(&key, tweak, length, sector, sector);
    }
}

static void beside_nettle(const struct aes_code *code)
{
    static struct job job, expected;
    struct check_count count = {0};
    while (check_another(&count, check_seconds())) {
        choose(&job);
        expected = job;
        expected.sectors.bytes = expected.bytes + 1;
        int back = (int)check_random_below(2);
        struct xts_key key;
        xts_expand(&key, job.keys, job.keys + AES_BLOCK);
        (back ? xts_decrypt : xts_encrypt)(code, &key, job.sectors);
        by_nettle(&expected, back);
        CHECK(memcmp(job.bytes, expected.bytes, sizeof job.bytes) == 0);
    }
}

TEST(xts_beside_nettle)
{
    with_each(beside_nettle);
}
