/*
 * pattern SEED SIZE: writes a module whose every byte follows from its number; the test kernel's
 * files.c computes the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: pattern SEED SIZE\n");
        return 2;
    }
    uint64_t seed = strtoull(argv[1], NULL, 10), size = strtoull(argv[2], NULL, 10);
    for (uint64_t i = 0; i < size; i++)
        putchar((uint8_t)((seed + i) * 2654435761U >> 13));
    return 0;
}
