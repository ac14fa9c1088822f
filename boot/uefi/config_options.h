/* The options of limine.conf, by name. */
#ifndef BOOT_CONFIG_OPTIONS_H
#define BOOT_CONFIG_OPTIONS_H

#include "uefi/config.h"

/* Sets an option (name in lower case) where it belongs. Returns NULL, or what is wrong with it. */
const char *option_set(struct config *config, const char *name, char *value, unsigned line);

#endif
