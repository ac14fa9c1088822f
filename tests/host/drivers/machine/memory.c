/* memory.c: memory that devices may reach, for tests: physical addresses are pointers. What is
 * allocated is known, so that a device that is played by a test can be refused what is not (any
 * more). */
#include <caml/alloc.h>
#include <caml/bigarray.h>
#include <caml/mlvalues.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* ---- Hal.Physical: memory ---- */

struct block {
    struct block *next;
    char *start;
    size_t size;
};

static struct block *blocks;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t power_above(size_t n)
{
    size_t power = 4096;
    while (power < n)
        power *= 2;
    return power;
}

value hal_physical_allocate(value size, value below)
{
    (void)below;
    size_t bytes = (size_t)Long_val(size);
    struct block *block = malloc(sizeof *block);
    char *start = aligned_alloc(power_above(bytes), power_above(bytes));
    if (block == NULL || start == NULL)
        abort();
    memset(start, 0, bytes);
    pthread_mutex_lock(&lock);
    *block = (struct block){blocks, start, bytes};
    blocks = block;
    pthread_mutex_unlock(&lock);
    return Val_long(start);
}

/* Whoever still reads it finds no zeroes. */
value hal_physical_free(value address, value size)
{
    pthread_mutex_lock(&lock);
    struct block **link = &blocks;
    while (*link && (*link)->start != (char *)Long_val(address))
        link = &(*link)->next;
    struct block *block = *link;
    if (block == NULL || block->size != (size_t)Long_val(size))
        abort();
    *link = block->next;
    pthread_mutex_unlock(&lock);
    memset(block->start, 0xdd, block->size);
    free(block->start);
    free(block);
    return Val_unit;
}

static value contents(value address, value length)
{
    intnat size = Long_val(length);
    return caml_ba_alloc(CAML_BA_CHAR | CAML_BA_C_LAYOUT | CAML_BA_EXTERNAL, 1,
                         (void *)Long_val(address), &size);
}

value hal_physical_contents_of_frames(value address, value length)
{
    return contents(address, length);
}

/* ---- for the test ---- */

/* Whether all of this is allocated now, in one piece. */
value host_memory_holds(value address, value length)
{
    char *start = (char *)Long_val(address);
    size_t size = (size_t)Long_val(length);
    bool holds = false;
    pthread_mutex_lock(&lock);
    for (struct block *b = blocks; b; b = b->next)
        holds = holds || (start >= b->start && size <= b->size &&
                          (size_t)(start - b->start) <= b->size - size);
    pthread_mutex_unlock(&lock);
    return Val_bool(holds);
}

value host_memory_contents(value address, value length) { return contents(address, length); }

value host_memory_blocks(value unit)
{
    (void)unit;
    long n = 0;
    pthread_mutex_lock(&lock);
    for (struct block *b = blocks; b; b = b->next)
        n++;
    pthread_mutex_unlock(&lock);
    return Val_long(n);
}

/* ---- Hal.Physical: a machine without registers; tests make their own ---- */

value hal_physical_map(value a, value b, value c) { (void)a, (void)b, (void)c; return Val_long(0); }
value hal_physical_unmap(value a, value b) { (void)a, (void)b; return Val_unit; }
intnat hal_physical_read_memory(intnat a, intnat b) { (void)a, (void)b; return 0; }
value hal_physical_write_memory(intnat a, intnat b, intnat c)
{
    (void)a, (void)b, (void)c;
    return Val_unit;
}
value hal_physical_has_ports(value a) { (void)a; return Val_false; }
value hal_physical_read_port(value a, value b) { (void)a, (void)b; return Val_long(0); }
value hal_physical_write_port(value a, value b, value c)
{
    (void)a, (void)b, (void)c;
    return Val_unit;
}
value hal_physical_contents_of_mapping(value a, value b) { return contents(a, b); }
value hal_physical_answers(value a, value b) { (void)a, (void)b; return Val_false; }
value hal_physical_no_bytecode(value a) { (void)a; abort(); }
