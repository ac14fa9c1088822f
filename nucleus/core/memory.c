/* memory.c: memcpy and its kin for the nucleus alone (see base.h): words at a time, no FP, no SIMD.
 */

#define WORD sizeof(uint64_t)

static bool aligned(const void *a, const void *b)
{
    return (((uintptr_t)a | (uintptr_t)b) & (WORD - 1)) == 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    return memmove(to, from, size);
}

static void copy_up(uint8_t *to, const uint8_t *from, size_t size)
{
    if (aligned(to, from))
        for (; size >= WORD; size -= WORD, to += WORD, from += WORD)
            *(volatile uint64_t *)to = *(const uint64_t *)from;
    for (; size > 0; size--)
        *(volatile uint8_t *)to++ = *from++;
}

static void copy_down(uint8_t *to, const uint8_t *from, size_t size)
{
    while (size-- > 0)
        ((volatile uint8_t *)to)[size] = from[size];
}

/* SAFETY: `volatile` keeps the compiler from turning these loops into calls of themselves. */
void *memmove(void *to, const void *from, size_t size)
{
    if ((uintptr_t)to - (uintptr_t)from >= size)
        copy_up(to, from, size);
    else
        copy_down(to, from, size);
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    volatile uint8_t *p = to;
    uint64_t word = 0x0101010101010101ull * (uint8_t)byte;
    for (; size > 0 && ((uintptr_t)p & (WORD - 1)); size--)
        *p++ = (uint8_t)byte;
    for (; size >= WORD; size -= WORD, p += WORD)
        *(volatile uint64_t *)p = word;
    for (; size > 0; size--)
        *p++ = (uint8_t)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *x = a, *y = b;
    for (size_t i = 0; i < size; i++)
        if (x[i] != y[i])
            return x[i] - y[i];
    return 0;
}

size_t strlen(const char *s)
{
    size_t n = 0;
    while (s[n])
        n++;
    return n;
}
