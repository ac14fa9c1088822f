/* riscv_isa.c: which extensions a hart's description names.
 *
 * Sources: RISC-V Unprivileged ISA, "ISA Extension Naming Conventions"; the device tree bindings
 * riscv/extensions.yaml; ACPI's RHCT, ISA string node. */
#include "facts.h"

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Whether the text is the name, or the name with a version ("sstc1p0"). */
static bool names(struct bytes text, const char *name)
{
    return bytes_start_with(text, name) &&
           (text.size == strlen(name) || is_digit(text.data[strlen(name)]));
}

void riscv_isa_extension(struct riscv_isa *isa, struct bytes name)
{
    isa->has_sstc |= names(name, "sstc");
    isa->has_svpbmt |= names(name, "svpbmt");
    isa->has_v |= names(name, "v");
    isa->has_h |= names(name, "h");
}

/* Single letters, each perhaps with a version ("m2p0"), up to an underscore or to the z, s or x
 * that starts a longer name. Returns how many bytes that was. */
static size_t parse_letters(struct riscv_isa *isa, struct bytes text)
{
    size_t at = 0;
    while (at < text.size) {
        uint8_t letter = text.data[at];
        if (letter == 's' && bytes_u8(text, at + 1) == 'u') {
            at += 2; /* supervisor and user mode, as old versions of QEMU spell them */
            continue;
        }
        if (letter == '_' || letter == 'z' || letter == 's' || letter == 'x')
            break;
        isa->has_v |= letter == 'v';
        isa->has_h |= letter == 'h';
        do
            at++;
        while (is_digit(bytes_u8(text, at)) ||
               (bytes_u8(text, at) == 'p' && is_digit(bytes_u8(text, at + 1)) &&
                is_digit(bytes_u8(text, at - 1))));
    }
    return at;
}

struct riscv_isa riscv_isa_parse(struct bytes text)
{
    struct riscv_isa isa = {.has_h = false};
    text = bytes_until(text, '\0');
    if (!bytes_start_with(text, "rv64"))
        return isa;
    text = bytes_from(text, 4);
    text = bytes_from(text, parse_letters(&isa, text));
    while (text.size > 0) {
        struct bytes name = bytes_until(text, '_');
        if (name.size > 0)
            riscv_isa_extension(&isa, name);
        text = bytes_from(text, name.size + 1);
    }
    return isa;
}

void facts_isa(struct discovered *d, bool is_first, struct riscv_isa isa)
{
    d->riscv.has_sstc = isa.has_sstc && (is_first || d->riscv.has_sstc);
    d->riscv.has_svpbmt = isa.has_svpbmt && (is_first || d->riscv.has_svpbmt);
    d->riscv.has_v = isa.has_v && (is_first || d->riscv.has_v);
    d->riscv.has_h = isa.has_h && (is_first || d->riscv.has_h);
}
