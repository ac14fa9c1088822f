/* Lines for people, on whatever console the front end has. */
#include "core/report.h"
#include "core/format.h"

static void report_va(const char *text, va_list args)
{
    char line[320];
    format_va(line, sizeof(line), text, args);
    console_write("boot: ");
    console_write(line);
    console_write("\n");
}

void report(const char *text, ...)
{
    va_list args;
    va_start(args, text);
    report_va(text, args);
    va_end(args);
}

void fail(const char *text, ...)
{
    va_list args;
    va_start(args, text);
    report_va(text, args);
    va_end(args);
    machine_stop();
}
