/* dtb_console.c: the serial port that a device tree names as the console in /chosen, or else the
 * first one that we can drive.
 *
 * Sources: Devicetree Specification 0.4, sections 3.3 (aliases) and 3.6 (chosen), 4.2 (serial
 * devices); bindings serial/pl011.yaml, serial/8250.yaml, clock/fixed-clock.yaml. */
#include "dtb.h"

struct console_walk {
    struct discovered *d;
    struct bytes path; /* of the console's node; empty: any will do */
    uint32_t baud;
    uint32_t clock; /* phandle */
    bool found;
};

/* ---- What is said about it ---- */

/* "PATH-OR-ALIAS[:BAUD...]" */
static bool visit_chosen(const struct fdt_node *node, void *context)
{
    struct console_walk *walk = context;
    struct bytes text;
    if (!fdt_is_top(node, "chosen") || (!fdt_property(node, "stdout-path", &text) &&
                                        !fdt_property(node, "linux,stdout-path", &text)))
        return true;
    text = bytes_until(text, '\0');
    walk->path = bytes_until(text, ':');
    for (size_t at = walk->path.size + 1; at < text.size; at++) {
        uint32_t digit = text.data[at] - (uint32_t)'0';
        if (digit > 9 || walk->baud > 100000000)
            break;
        walk->baud = walk->baud * 10 + digit;
    }
    return false;
}

static bool visit_aliases(const struct fdt_node *node, void *context)
{
    struct console_walk *walk = context;
    char alias[32];
    if (!fdt_is_top(node, "aliases"))
        return true;
    facts_text(alias, sizeof alias, walk->path);
    if (fdt_property(node, alias, &walk->path))
        walk->path = bytes_until(walk->path, '\0');
    return false;
}

static bool visit_clock(const struct fdt_node *node, void *context)
{
    struct console_walk *walk = context;
    if (fdt_cell(node, "phandle", 0) != walk->clock)
        return true;
    if (fdt_is_compatible(node, "fixed-clock"))
        walk->d->console.clock_hz = fdt_cell(node, "clock-frequency", 0);
    return false;
}

/* ---- The port ---- */

static enum console_kind kind_of(const struct fdt_node *node)
{
    static const char *const names_16550[] = {"ns16550a", "ns16550", "ns8250", "ns16450",
                                              "snps,dw-apb-uart"};
    if (fdt_is_compatible(node, "arm,pl011") || fdt_is_compatible(node, "arm,sbsa-uart"))
        return CONSOLE_PL011;
    for (unsigned i = 0; i < ARRAY_LEN(names_16550); i++)
        if (fdt_is_compatible(node, names_16550[i]))
            return CONSOLE_16550_MMIO;
    return CONSOLE_NONE;
}

static void read_lines(struct console_walk *walk, const struct fdt_node *node)
{
    struct discovered *d = walk->d;
    d->console.baud = walk->baud ? walk->baud : fdt_cell(node, "current-speed", 0);
    d->console.clock_hz = fdt_cell(node, "clock-frequency", 0);
    walk->clock = fdt_cell(node, "clocks", 0);
    if (d->console.clock_hz == 0 && walk->clock != 0)
        fdt_walk(node->fdt, visit_clock, walk);
    d->console.has_irq = dtb_interrupt(node, 0, &d->console.irq);
}

/* Notes the node as the console, if it is a port that we can drive. */
static bool read_port(struct console_walk *walk, const struct fdt_node *node)
{
    struct discovered *d = walk->d;
    enum console_kind kind = kind_of(node);
    uint64_t base, size;
    if (kind == CONSOLE_NONE || !fdt_reg(node, 0, &base, &size))
        return false;
    d->console.kind = kind;
    d->console.base = base;
    d->console.reg_width = 4;
    if (kind == CONSOLE_16550_MMIO) {
        uint32_t shift = fdt_cell(node, "reg-shift", 0);
        d->console.base += fdt_cell(node, "reg-offset", 0);
        d->console.reg_shift = shift < 8 ? shift : 0;
        d->console.reg_width = fdt_cell(node, "reg-io-width", 1) == 4 ? 4 : 1;
    }
    read_lines(walk, node);
    return true;
}

static bool visit_ports(const struct fdt_node *node, void *context)
{
    struct console_walk *walk = context;
    bool is_chosen = walk->path.size ? fdt_has_path(node, walk->path) : fdt_is_enabled(node);
    if (is_chosen)
        walk->found = read_port(walk, node);
    return !walk->found;
}

void dtb_console(struct discovered *d, const struct fdt *fdt)
{
    struct console_walk walk = {.d = d};
    if (d->console.kind != CONSOLE_NONE)
        return;
    fdt_walk(fdt, visit_chosen, &walk);
    if (walk.path.size > 0 && walk.path.data[0] != '/')
        fdt_walk(fdt, visit_aliases, &walk);
    fdt_walk(fdt, visit_ports, &walk);
    walk.path.size = 0;
    if (!walk.found)
        fdt_walk(fdt, visit_ports, &walk);
}
