/* sample.c: a program that looks at what it was started with, for run_tests.ml: prints its
 * arguments, its environment and parts of its auxiliary vector. */
#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

static int zeroes[5000];
static int data = 42;
static _Thread_local int own = 7;
extern char **environ;

int main(int argc, char **argv)
{
    int sum = 0;
    for (int i = 0; i < argc; i++)
        printf("argument %s\n", argv[i]);
    for (char **e = environ; *e; e++)
        printf("environment %s\n", *e);
    for (size_t i = 0; i < sizeof zeroes / sizeof *zeroes; i++)
        sum += zeroes[i];
    const Elf64_Phdr *headers = (const Elf64_Phdr *)getauxval(AT_PHDR);
    printf("sum %d data %d own %d\n", sum, data, own);
    printf("headers %lu of %lu, first type %u\n", getauxval(AT_PHNUM), getauxval(AT_PHENT),
           headers->p_type);
    printf("page %lu random %.16s path %s\n", getauxval(AT_PAGESZ), (char *)getauxval(AT_RANDOM),
           (char *)getauxval(AT_EXECFN));
    printf("aligned %d\n", (int)((unsigned long)__builtin_frame_address(0) & 15));
    return 3;
}
