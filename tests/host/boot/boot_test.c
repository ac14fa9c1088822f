/*
 * All host tests of the loader in one program. A test's name begins with what it is about, so
 * that `boot_test elf` runs those of the ELF loader.
 */
#include "check.h"

#include <setjmp.h>

#include "core/report.h"

/* What the core says to people is not looked at; when it would stop the machine, the test ends. */
void report(const char *text, ...)
{
    (void)text;
}

static jmp_buf *stopped;

void fail(const char *text, ...)
{
    if (stopped)
        longjmp(*stopped, 1);
    FAIL("stopped the machine: %s", text);
}

#include "mutate.h"

#include "acpi_test.c"
#include "config_test.c"
#include "elf_test.c"
#include "fdt_test.c"
#include "memmap_test.c"
#include "paging_test.c"
#include "string_test.c"
#include "ustar_test.c"
