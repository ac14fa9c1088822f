/* The remaining answers. */
#include "test.h"

static bool is_answer(const volatile void *response, uint64_t size)
{
    return response && is_in(response, size, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE);
}

static void check_loader(void)
{
    const struct limine_bootloader_info_response *info = bootloader_info.response;
    check(is_answer(info, sizeof(*info)) &&
              string_is_in(info->name, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE) &&
              string_is_in(info->version, LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE) && info->name[0],
          "bootloader info");
    check(is_answer(stack_size.response, sizeof(*stack_size.response)), "stack size: answered");
    if (word("firmware"))
        check_equal(firmware_type.response ? firmware_type.response->firmware_type : 9,
                    word_number("firmware", 9), "firmware type");
#ifdef ENTRY_POINT
    check(is_answer(entry_point.response, sizeof(*entry_point.response)), "entry point: answered");
#endif
}

static void check_date(void)
{
    uint64_t now = word_number("now", 0);
    if (!now)
        return;
    int64_t date = date_at_boot.response ? date_at_boot.response->timestamp : 0;
    int64_t late = date - (int64_t)now;
    check_values(late > -120 && late < 120, "date at boot: now", (uint64_t)date, now);
}

#ifdef PAGING_MODE
static void check_paging_mode(void)
{
    check(is_answer(paging_mode.response, sizeof(*paging_mode.response)), "paging mode: answered");
    uint64_t mode = paging_mode.response ? paging_mode.response->mode : 99;
    check_equal(mode, word_number("mode", PAGING_MODE), "paging mode: as wanted");
#if defined(__riscv)
    check_equal(arch_table_levels(), mode + 3, "paging mode: as answered");
#else
    check_equal(arch_table_levels(), mode + 4, "paging mode: as answered");
#endif
}
#endif

static bool mode_is_current(const struct limine_framebuffer *screen,
                            const struct limine_video_mode *mode)
{
    return mode->width == screen->width && mode->height == screen->height &&
           mode->pitch == screen->pitch && mode->bpp == screen->bpp;
}

static void check_framebuffer(void)
{
    const struct limine_framebuffer_response *response = framebuffer.response;
    const char *wanted = word("fb");
    if (wanted)
        check_equal(response != NULL, wanted[0] == 'y', "framebuffer: answered where there is one");
    if (!response)
        return;
    const struct limine_framebuffer *screen = response->framebuffers[0];
    check(screen->bpp == 32 && screen->memory_model == LIMINE_FRAMEBUFFER_RGB &&
              screen->pitch >= screen->width * 4 && screen->red_mask_size == 8,
          "framebuffer: its shape");
    check(is_in(screen->address, screen->pitch * screen->height, LIMINE_MEMMAP_FRAMEBUFFER),
          "framebuffer: in framebuffer memory");
    volatile uint32_t *first = screen->address;
    volatile uint32_t *last =
        first + (screen->pitch / 4) * (screen->height - 1) + screen->width - 1;
    *first = 0x123456;
    *last = 0x654321;
    check(*first == 0x123456 && *last == 0x654321, "framebuffer: can be written");
    bool listed = false;
    for (uint64_t i = 0; response->revision >= 1 && i < screen->mode_count; i++)
        listed |= mode_is_current(screen, screen->modes[i]);
    check(listed, "framebuffer: its mode is listed");
    if (word("width"))
        check_equal(screen->width, word_number("width", 0), "framebuffer: the wanted resolution");
}

void check_other(void)
{
    check_loader();
    check_date();
#ifdef PAGING_MODE
    check_paging_mode();
#endif
    check_framebuffer();
}
