/* The loader itself, from its first to behind its last byte, .bss included; from linker scripts. */
#ifndef BOOT_IMAGE_H
#define BOOT_IMAGE_H

#include <stdint.h>

extern uint8_t image_begin[], image_end[];

#endif
