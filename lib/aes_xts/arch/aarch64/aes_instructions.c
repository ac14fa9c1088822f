/* The cryptographic extension of ARMv8, eight blocks at a time: a round's instruction takes some
 * cycles, and the next may begin in each. Source: Arm Architecture Reference Manual (DDI 0487),
 * C7.2, AESE to AESIMC: AESE adds the key first, so that keys are a round ahead. */
#include <arm_neon.h>
#include <sys/auxv.h>

#include "aes.h"

#define WITH_AES __attribute__((target("+crypto")))
enum { AT_ONCE = 8, CAPABILITY_AES = 1 << 3 };

static inline uint8x16_t tweak(const struct aes_words *words)
{
    return vreinterpretq_u8_u64(vld1q_u64(&words->low));
}

typedef uint8x16_t keys[AES_ROUNDS + 1];

static inline WITH_AES uint8x16_t turned(keys k, uint8x16_t block, int back)
{
    for (int round = 0; round < AES_ROUNDS - 1; round++)
        block =
            back ? vaesimcq_u8(vaesdq_u8(block, k[round])) : vaesmcq_u8(vaeseq_u8(block, k[round]));
    block = back ? vaesdq_u8(block, k[AES_ROUNDS - 1]) : vaeseq_u8(block, k[AES_ROUNDS - 1]);
    return block ^ k[AES_ROUNDS];
}

static inline WITH_AES void masked(keys k, uint8_t *data, const struct aes_words *tweaks,
                                   int blocks, int back)
{
    uint8x16_t b[AT_ONCE];
    for (int i = 0; i < blocks; i++)
        b[i] = vld1q_u8(data + 16 * i) ^ tweak(tweaks + i);
    for (int i = 0; i < blocks; i++)
        b[i] = turned(k, b[i], back);
    for (int i = 0; i < blocks; i++)
        vst1q_u8(data + 16 * i, b[i] ^ tweak(tweaks + i));
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
        k[i] = vld1q_u8(key->round[i]);
    all(k, data, tweaks, blocks, 0);
}

/* FIPS 197, 5.3.5: the rounds of encryption with other keys. */
static WITH_AES void decrypt(const struct aes_key *key, uint8_t *data,
                             const struct aes_words *tweaks, size_t blocks)
{
    keys k;
    k[0] = vld1q_u8(key->round[AES_ROUNDS]);
    for (int i = 1; i < AES_ROUNDS; i++)
        k[i] = vaesimcq_u8(vld1q_u8(key->round[AES_ROUNDS - i]));
    k[AES_ROUNDS] = vld1q_u8(key->round[0]);
    all(k, data, tweaks, blocks, 1);
}

static const struct aes_code code = {"ARMv8", encrypt, decrypt};

const struct aes_code *aes_instructions(void)
{
    return getauxval(AT_HWCAP) & CAPABILITY_AES ? &code : NULL;
}
