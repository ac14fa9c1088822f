/* AES-NI, eight blocks at a time: a round's instruction takes some cycles, and the next may begin
 * in each. Source: Intel's Software Developer's Manual, volume 2, AESENC and AESIMC. */
#include <cpuid.h>
#include <wmmintrin.h>

#include "aes.h"

#define WITH_AES __attribute__((target("aes,sse2")))
enum { AT_ONCE = 8 };

static inline __m128i load(const uint8_t *bytes)
{
    return _mm_loadu_si128((const __m128i *)bytes);
}

static inline __m128i tweak(const struct aes_words *words)
{
    return _mm_loadu_si128((const __m128i *)words);
}

typedef __m128i keys[AES_ROUNDS + 1];

static inline WITH_AES void rounds(keys k, __m128i *b, const uint8_t *data,
                                   const struct aes_words *tweaks, int blocks, int back)
{
    for (int i = 0; i < blocks; i++)
        b[i] = load(data + 16 * i) ^ tweak(tweaks + i) ^ k[0];
    for (int round = 1; round < AES_ROUNDS; round++)
        for (int i = 0; i < blocks; i++)
            b[i] = back ? _mm_aesdec_si128(b[i], k[round]) : _mm_aesenc_si128(b[i], k[round]);
    for (int i = 0; i < blocks; i++) {
        b[i] = back ? _mm_aesdeclast_si128(b[i], k[AES_ROUNDS])
                    : _mm_aesenclast_si128(b[i], k[AES_ROUNDS]);
        b[i] ^= tweak(tweaks + i);
    }
}

static inline WITH_AES void masked(keys k, uint8_t *data, const struct aes_words *tweaks,
                                   int blocks, int back)
{
    __m128i b[AT_ONCE];
    rounds(k, b, data, tweaks, blocks, back);
    for (int i = 0; i < blocks; i++)
        _mm_storeu_si128((__m128i *)(data + 16 * i), b[i]);
}

static inline WITH_AES void all(keys k, uint8_t *data, const struct aes_words *tweaks,
                                size_t blocks, int back)
{
    for (; blocks >= AT_ONCE; blocks -= AT_ONCE, data += 16 * AT_ONCE, tweaks += AT_ONCE)
        masked(k, data, tweaks, AT_ONCE, back);
    for (; blocks > 0; blocks--, data += 16, tweaks++)
        masked(k, data, tweaks, 1, back);
}

static WITH_AES void encrypt(const struct aes_key *key, uint8_t *data,
                             const struct aes_words *tweaks, size_t blocks)
{
    keys k;
    for (int i = 0; i <= AES_ROUNDS; i++)
        k[i] = load(key->round[i]);
    all(k, data, tweaks, blocks, 0);
}

/* FIPS 197, 5.3.5: the rounds of encryption with other keys. */
static WITH_AES void decrypt(const struct aes_key *key, uint8_t *data,
                             const struct aes_words *tweaks, size_t blocks)
{
    keys k;
    k[0] = load(key->round[AES_ROUNDS]);
    for (int i = 1; i < AES_ROUNDS; i++)
        k[i] = _mm_aesimc_si128(load(key->round[AES_ROUNDS - i]));
    k[AES_ROUNDS] = load(key->round[0]);
    all(k, data, tweaks, blocks, 1);
}

static const struct aes_code code = {"AES-NI", encrypt, decrypt};

const struct aes_code *aes_instructions(void)
{
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && c & bit_AES ? &code : NULL;
}
