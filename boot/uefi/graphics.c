/* The framebuffer: Graphics Output Protocol (UEFI 12.9). */
#include "core/frontend.h"
#include "uefi/uefi.h"

struct channel {
    uint8_t size, shift;
};

static struct channel mask_channel(uint32_t mask)
{
    struct channel channel = {0, 0};
    if (mask) {
        for (; !(mask & 1); mask >>= 1)
            channel.shift++;
        for (; mask & 1; mask >>= 1)
            channel.size++;
    }
    return channel;
}

/* False for a mode whose framebuffer can't be written to. */
static bool describe_mode(const struct efi_graphics_info *info, struct limine_video_mode *mode)
{
    uint32_t red = info->red_mask, green = info->green_mask, blue = info->blue_mask;
    uint32_t bits = 32;
    if (info->format == EFI_PIXEL_RGBX) {
        red = 0xff, green = 0xff00, blue = 0xff0000;
    } else if (info->format == EFI_PIXEL_BGRX) {
        red = 0xff0000, green = 0xff00, blue = 0xff;
    } else if (info->format == EFI_PIXEL_MASKS) {
        uint32_t all = red | green | blue | info->reserved_mask;
        for (bits = 0; all; all >>= 1)
            bits++;
    } else {
        return false;
    }
    struct channel r = mask_channel(red), g = mask_channel(green), b = mask_channel(blue);
    *mode = (struct limine_video_mode){(uint64_t)info->pixels_per_row * (bits / 8),
                                       info->width,
                                       info->height,
                                       (uint16_t)bits,
                                       LIMINE_FRAMEBUFFER_RGB,
                                       r.size,
                                       r.shift,
                                       g.size,
                                       g.shift,
                                       b.size,
                                       b.shift};
    return true;
}

static bool query_mode(struct efi_graphics *graphics, uint32_t nr, struct limine_video_mode *mode)
{
    struct efi_graphics_info *info;
    uint64_t size;
    return graphics->query_mode(graphics, nr, &size, &info) == EFI_SUCCESS &&
           describe_mode(info, mode);
}

static bool matches(const struct limine_video_mode *mode, const struct config_resolution *wanted)
{
    return mode->width == wanted->width && mode->height == wanted->height &&
           mode->bpp == wanted->bpp;
}

/* Another mode than the present one, if it is wanted and there. */
static void set_mode(struct efi_graphics *graphics, const struct config_resolution *wanted)
{
    struct limine_video_mode mode;
    for (uint32_t i = 0; wanted->width && i < graphics->mode->nr_modes; i++) {
        if (query_mode(graphics, i, &mode) && matches(&mode, wanted)) {
            if (i != graphics->mode->mode)
                graphics->set_mode(graphics, i);
            return;
        }
    }
}

static void list_modes(struct efi_graphics *graphics, struct limine_framebuffer *to)
{
    uint64_t count = graphics->mode->nr_modes;
    uint64_t size = count * (sizeof(struct limine_video_mode *) + sizeof(struct limine_video_mode));
    uint64_t memory = front_alloc(ROUND_UP(size + 1, PAGE_SIZE), PAGE_SIZE, FRONT_ANYWHERE,
                                  LIMINE_MEMMAP_BOOTLOADER_RECLAIMABLE, "the list of video modes");
    struct limine_video_mode *modes = phys_ptr(memory + count * sizeof(void *));
    to->modes = phys_ptr(memory);
    for (uint32_t i = 0; i < count; i++) {
        if (query_mode(graphics, i, &modes[to->mode_count])) {
            to->modes[to->mode_count] = &modes[to->mode_count];
            to->mode_count++;
        }
    }
}

static struct efi_graphics *find_graphics(void)
{
    static const struct efi_guid guid = EFI_GRAPHICS_GUID;
    void *interface;
    struct efi_boot_services *services = firmware.boot_services;
    efi_handle console = firmware.system_table->console_out_handle;
    if (console && services->handle_protocol(console, &guid, &interface) == EFI_SUCCESS)
        return interface;
    return services->locate_protocol(&guid, NULL, &interface) == EFI_SUCCESS ? interface : NULL;
}

void graphics_discover(struct machine *machine, const struct config_resolution *wanted)
{
    struct limine_framebuffer *to = &machine->framebuffer;
    struct efi_graphics *graphics = find_graphics();
    struct limine_video_mode now;
    if (!graphics)
        return;
    set_mode(graphics, wanted);
    if (!describe_mode(graphics->mode->info, &now) || !graphics->mode->framebuffer)
        return;
    *to = (struct limine_framebuffer){.address = phys_ptr(graphics->mode->framebuffer),
                                      .width = now.width,
                                      .height = now.height,
                                      .pitch = now.pitch,
                                      .bpp = now.bpp,
                                      .memory_model = now.memory_model,
                                      .red_mask_size = now.red_mask_size,
                                      .red_mask_shift = now.red_mask_shift,
                                      .green_mask_size = now.green_mask_size,
                                      .green_mask_shift = now.green_mask_shift,
                                      .blue_mask_size = now.blue_mask_size,
                                      .blue_mask_shift = now.blue_mask_shift};
    list_modes(graphics, to);
}
