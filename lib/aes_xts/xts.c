#include "xts.h"

/* Tweaks are made for so many blocks at a time. */
enum { AT_ONCE = 32 };

struct tweak {
    uint64_t low, high;
};

void xts_expand(struct xts_key *key, const uint8_t data[AES_BLOCK], const uint8_t tweak[AES_BLOCK])
{
    aes_expand(&key->data, data);
    aes_expand(&key->tweak, tweak);
}

/* Words are little-endian, as are all cores that this is for. */
static void put_word(uint8_t *bytes, uint64_t word)
{
    __builtin_memcpy(bytes, &word, sizeof word);
}

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return word;
}

/* The sector's number, encrypted. */
static struct tweak first_tweak(const struct aes_code *code, const struct aes_key *key,
                                uint64_t sector)
{
    static const uint8_t none[AES_BLOCK];
    uint8_t block[AES_BLOCK] = {0};
    put_word(block, sector);
    code->encrypt(key, block, none, 1);
    return (struct tweak){word_at(block), word_at(block + 8)};
}

/* Each block's is the one before times x, modulo x^128 + x^7 + x^2 + x + 1. */
static struct tweak put_tweaks(uint8_t *tweaks, struct tweak t, size_t blocks)
{
    for (size_t i = 0; i < blocks; i++) {
        put_word(tweaks + AES_BLOCK * i, t.low);
        put_word(tweaks + AES_BLOCK * i + 8, t.high);
        uint64_t carry = t.high >> 63;
        t.high = t.high << 1 | t.low >> 63;
        t.low = t.low << 1 ^ (0x87 & -carry);
    }
    return t;
}

static void sector(aes_masked *apply, const struct aes_key *key, uint8_t *bytes, size_t blocks,
                   struct tweak t)
{
    uint8_t tweaks[AT_ONCE * AES_BLOCK];
    while (blocks > 0) {
        size_t now = blocks < AT_ONCE ? blocks : AT_ONCE;
        t = put_tweaks(tweaks, t, now);
        apply(key, bytes, tweaks, now);
        bytes += now * AES_BLOCK;
        blocks -= now;
    }
}

static void all(aes_masked *apply, const struct aes_code *code, const struct xts_key *key,
                struct xts_sectors s)
{
    for (size_t i = 0; i < s.count; i++) {
        struct tweak t = first_tweak(code, &key->tweak, s.first + i);
        sector(apply, &key->data, s.bytes + i * s.sector_bytes, s.sector_bytes / AES_BLOCK, t);
    }
}

void xts_encrypt(const struct aes_code *code, const struct xts_key *key, struct xts_sectors sectors)
{
    all(code->encrypt, code, key, sectors);
}

void xts_decrypt(const struct aes_code *code, const struct xts_key *key, struct xts_sectors sectors)
{
    all(code->decrypt, code, key, sectors);
}
