/*
 * The boot menu: entries with their numbers. A digit boots that entry, the arrow keys move, Enter
 * boots what is marked; any key stops the countdown.
 */
#include "core/format.h"
#include "core/report.h"
#include "uefi/uefi.h"

#define POLL_US 20000

static void show(const struct config *config, unsigned marked)
{
    char line[128];
    const struct config_entry *entry;
    console_write("\nBactrian boot: choose with a digit, or the arrow keys and Enter\n");
    for (unsigned i = 1; (entry = config_bootable(config, i)); i++) {
        format(line, sizeof(line), "%s %u  %s%s%s\n", i == marked ? ">" : " ", i, entry->title,
               entry->comment ? ": " : "", entry->comment ? entry->comment : "");
        console_write(line);
    }
}

/* Waits for a key; false when the time is up (us < 0: never). */
static bool wait_key(int64_t us, struct efi_input_key *key)
{
    struct efi_text_input *input = firmware.system_table->console_in;
    for (; us != 0; us -= us > 0 ? min_u64((uint64_t)us, POLL_US) : 0) {
        if (input && input->read_key(input, key) == EFI_SUCCESS)
            return true;
        firmware.boot_services->stall(POLL_US);
    }
    return false;
}

static unsigned count_entries(const struct config *config)
{
    unsigned count = 0;
    while (config_bootable(config, count + 1))
        count++;
    return count;
}

/* Handles keys until an entry is chosen. */
static unsigned choose(const struct config *config, unsigned marked, int64_t us)
{
    struct efi_input_key key;
    unsigned count = count_entries(config);
    for (;;) {
        show(config, marked);
        if (!wait_key(us, &key))
            return marked;
        us = -1;
        if (key.character == '\r' || key.character == '\n')
            return marked;
        if (key.character >= '1' && key.character <= '9' &&
            (unsigned)(key.character - '0') <= count)
            return key.character - '0';
        if (key.scan_code == EFI_SCAN_UP && marked > 1)
            marked--;
        if (key.scan_code == EFI_SCAN_DOWN && marked < count)
            marked++;
    }
}

const struct config_entry *menu_choose(const struct config *config)
{
    unsigned wanted = config->default_entry;
    struct efi_input_key key;
    if (!config_bootable(config, wanted))
        fail("%s: default_entry: there is no entry %u", config->name, wanted);
    int64_t us = config->timeout_s < 0 ? -1 : config->timeout_s * 1000000LL;
    if (us == 0)
        return config_bootable(config, wanted);
    /* Quiet: the time passes all the same, and a key brings the menu up. */
    if (config->quiet) {
        if (!wait_key(us, &key))
            return config_bootable(config, wanted);
        us = -1;
    }
    return config_bootable(config, choose(config, wanted, us));
}
