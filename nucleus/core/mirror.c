/* mirror.c: a copy of the latest output, from which one reader takes. Who does not read loses the
 * oldest. */
#include "event.h"
#include "mirror.h"

#define SIZE 16384 /* power of two */

static char byte[SIZE];
static uint32_t head, tail; /* free running */
static bool awaited;

void mirror_put(char c)
{
    byte[tail++ % SIZE] = c;
    if (tail - head > SIZE)
        head = tail - SIZE;
}

void mirror_tell(void)
{
    if (!awaited || head == tail)
        return;
    awaited = false;
    event_record(EVENT_MIRROR);
}

size_t mirror_take(char *bytes, size_t size)
{
    size_t done = 0;
    while (done < size && head != tail)
        bytes[done++] = byte[head++ % SIZE];
    awaited = done == 0;
    return done;
}
