#include "xts.h"

/* Tweaks are made for so many blocks at a time. */
enum { AT_ONCE = 32 };

void xts_expand(struct xts_key *key, const uint8_t data[AES_BLOCK], const uint8_t tweak[AES_BLOCK])
{
    aes_expand(&key->data, data);
    aes_expand(&key->tweak, tweak);
}

/* The sector's number, encrypted. */
static struct aes_words first_tweak(const struct aes_code *code, const struct aes_key *key,
                                    uint64_t sector)
{
    static const struct aes_words none;
    struct aes_words tweak = {sector, 0};
    code->encrypt(key, (uint8_t *)&tweak, &none, 1);
    return tweak;
}

/* Each block's is the one before times x, modulo x^128 + x^7 + x^2 + x + 1. */
static struct aes_words put_tweaks(struct aes_words *tweaks, struct aes_words t, size_t blocks)
{
    for (size_t i = 0; i < blocks; i++) {
        tweaks[i] = t;
        uint64_t carry = t.high >> 63;
        t.high = t.high << 1 | t.low >> 63;
        t.low = t.low << 1 ^ (0x87 & -carry);
    }
    return t;
}

static void sector(aes_masked *apply, const struct aes_key *key, uint8_t *bytes, size_t blocks,
                   struct aes_words t)
{
    struct aes_words tweaks[AT_ONCE];
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
        struct aes_words t = first_tweak(code, &key->tweak, s.first + i);
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
