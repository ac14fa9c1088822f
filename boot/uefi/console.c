/* Text: the firmware's console while it is there, the machine's serial port afterwards. */
#include "core/arch.h"
#include "core/report.h"
#include "uefi/uefi.h"

static void print(const efi_char *text)
{
    struct efi_text_output *console = firmware.system_table->console_out;
    if (console)
        console->output_string(console, text);
}

void console_write(const char *text)
{
    efi_char piece[2 * 64 + 1];
    if (!firmware.boot_services) {
        arch_serial_write(text);
        return;
    }
    while (*text) {
        unsigned n = 0;
        for (; *text && n < 2 * 64 - 1; text++) {
            if (*text == '\n')
                piece[n++] = '\r';
            piece[n++] = (uint8_t)*text;
        }
        piece[n] = 0;
        print(piece);
    }
}

noreturn void machine_stop(void)
{
    arch_exit_failed(tables_device(FDT_SIFIVE_TEST));
    firmware.runtime_services->reset_system(EFI_RESET_SHUTDOWN, EFI_LOAD_ERROR, 0, NULL);
    for (;;)
        arch_relax();
}
