/* entropy.c: ChaCha20 (RFC 8439, section 2.3) as a generator with fast key erasure: each call takes
 * a fresh block, keeps half of it as the next key and gives out the rest, so past output cannot be
 * computed back. Seeded from the CPU's random source where it has one, the loader's or firmware's
 * seed, and timing. */
#include "clock.h"
#include "console.h"
#include "entropy.h"
#include "machine.h"

static struct spinlock lock = SPINLOCK_INIT;
static uint32_t key[8];
static uint64_t counter, added;
static bool seeded;

static uint32_t rotate(uint32_t x, unsigned n)
{
    return x << n | x >> (32 - n);
}

static void quarter(uint32_t *s, unsigned a, unsigned b, unsigned c, unsigned d)
{
    s[a] += s[b], s[d] = rotate(s[d] ^ s[a], 16);
    s[c] += s[d], s[b] = rotate(s[b] ^ s[c], 12);
    s[a] += s[b], s[d] = rotate(s[d] ^ s[a], 8);
    s[c] += s[d], s[b] = rotate(s[b] ^ s[c], 7);
}

static void block(uint32_t out[16])
{
    uint32_t in[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    memcpy(&in[4], key, sizeof key);
    memcpy(&in[12], &counter, sizeof counter);
    in[14] = in[15] = 0;
    counter++;
    memcpy(out, in, sizeof in);
    for (unsigned round = 0; round < 10; round++) {
        for (unsigned i = 0; i < 4; i++)
            quarter(out, i, 4 + i, 8 + i, 12 + i);
        for (unsigned i = 0; i < 4; i++)
            quarter(out, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
    }
    for (unsigned i = 0; i < 16; i++)
        out[i] += in[i];
}

static void stir(const void *bytes, size_t size)
{
    const uint8_t *p = bytes;
    uint32_t out[16];
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)key)[i % sizeof key] ^= p[i];
        if (i % sizeof key == sizeof key - 1 || i == size - 1) {
            block(out);
            memcpy(key, out, sizeof key);
        }
    }
}

static void seed(void)
{
    uint64_t words[8] = {arch_ticks(), clock_wall_ns(), (uintptr_t)&words};
    for (unsigned i = 3; i < ARRAY_LEN(words); i++)
        if (!arch_random(&words[i]))
            words[i] = arch_ticks();
    stir(words, sizeof words);
    if (discovered.has_seed)
        stir(discovered.seed, sizeof discovered.seed);
    seeded = true;
}

void entropy_add(const void *bytes, size_t size)
{
    uint64_t now = arch_ticks();
    irq_state state = spin_lock_irqsave(&lock);
    stir(bytes, size);
    stir(&now, sizeof now);
    added += size;
    spin_unlock_irqrestore(&lock, state);
}

/* One block a turn of the lock: 32 bytes of output. */
static size_t read_some(uint8_t *to, size_t size)
{
    uint32_t out[16];
    size_t n = MIN(size, sizeof key);
    irq_state state = spin_lock_irqsave(&lock);
    if (!seeded)
        seed();
    block(out);
    memcpy(key, out, sizeof key);
    spin_unlock_irqrestore(&lock, state);
    memcpy(to, &out[8], n);
    return n;
}

void entropy_read(void *buffer, size_t size)
{
    for (uint8_t *to = buffer; size > 0;) {
        size_t n = read_some(to, size);
        to += n;
        size -= n;
    }
}

void entropy_facts(struct entropy_facts *facts)
{
    uint64_t word;
    irq_state state = spin_lock_irqsave(&lock);
    *facts = (struct entropy_facts){
        .has_cpu = arch_random(&word), .has_seed = discovered.has_seed, .added = added};
    spin_unlock_irqrestore(&lock, state);
}
