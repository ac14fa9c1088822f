/* unwind_sample.c: functions whose frames change in many ways, for the tests of call-frame
 * information. Compiled for each architecture, never run. */
int other(int n, void *space);
long many(long a, long b, long c, long d, long e, long f);

int leaf(int a)
{
    return a * 3;
}

int early_return(int a)
{
    if (a < 3)
        return 0;
    return other(a, 0) + a;
}

int variable(int a)
{
    char space[a];
    return other(a, space) + space[0];
}

int large(int a)
{
    char space[100000];
    other(a, space);
    return other(a, space) + space[a];
}

long pressure(long a, long b, long c, long d, long e, long f)
{
    long sum = 0;
    for (long i = 0; i < a; i++)
        sum += many(a + i, b, c, d, e, f) * many(b, a, d, c, f, e) + b * c - d * e + f;
    return sum + a + b + c + d + e + f;
}

_Noreturn void ends_in_a_call(void)
{
    for (;;)
        other(1, 0);
}

/* Every directive that assembly uses, whatever it would mean. */
__asm__(".text\n"
        "directives:\n"
        "    .cfi_startproc\n"
        "    nop\n"
        "    .cfi_def_cfa_offset 64\n"
        "    .cfi_offset 3, -16\n"
        "    nop\n"
        "    .cfi_remember_state\n"
        "    .cfi_register 4, 5\n"
        "    .cfi_undefined 6\n"
        "    nop\n"
        "    .cfi_def_cfa 3, 32\n"
        "    .cfi_same_value 3\n"
        "    nop\n"
        "    .cfi_restore_state\n"
        "    .cfi_val_offset 8, -24\n"
        "    nop\n"
        "    .cfi_escape 0x0f, 3, 0x73, 8, 0x06\n"
        "    .cfi_escape 0x10, 9, 2, 0x30, 0x22\n"
        "    .cfi_escape 0x16, 10, 2, 0x31, 0x22\n"
        "    nop\n"
        "    .cfi_def_cfa_offset 80\n"
        "    .cfi_restore 3\n"
        "    .fill 300\n"
        "    .cfi_def_cfa_register 3\n"
        "    .fill 70000\n"
        "    .cfi_adjust_cfa_offset -16\n"
        "    nop\n"
        "    .cfi_endproc\n"
        "interrupted:\n"
        "    .cfi_startproc\n"
        "    .cfi_signal_frame\n"
        "    nop\n"
        "    .cfi_endproc\n");
