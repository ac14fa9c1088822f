/* hello.c: the smallest program. */
#include <stdio.h>

int main(void)
{
    puts("Hello from a C program.");
    return 0;
}
