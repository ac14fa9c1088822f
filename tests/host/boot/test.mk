# Host tests of the loader's algorithms, under AddressSanitizer and UBSan: `make test-boot-host`.
#
#   make test-boot-host SEED=N FUZZ=SECONDS ONLY=WORD

BOOT_HOST_DIR := build/host/boot

BOOT_HOST_CFLAGS := -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -fno-builtin -MMD -MP \
    -fsanitize=address,undefined -fno-sanitize-recover=all -Iboot -Iboot/include -Itests/host
# The loader's own memcpy and the like under other names: the sanitizers have theirs.
BOOT_HOST_RENAME := $(foreach f,memcpy memmove memset memcmp strlen strnlen,-D$(f)=boot_$(f))

BOOT_HOST_SOURCES := boot/core/elf.c boot/core/elf_load.c boot/core/memmap.c boot/core/ustar.c \
    boot/core/format.c boot/core/date.c boot/core/requests.c boot/core/paging.c boot/core/arena.c \
    boot/arch/x86_64/pagetable.c boot/fdt/fdt.c boot/fdt/describe.c boot/acpi/acpi.c \
    boot/uefi/config.c boot/uefi/config_options.c tests/host/boot/boot_test.c
BOOT_HOST_OBJECTS := $(BOOT_HOST_SOURCES:%.c=$(BOOT_HOST_DIR)/%.o) $(BOOT_HOST_DIR)/string.o

$(BOOT_HOST_DIR)/string.o: boot/core/string.c tests/host/boot/test.mk
	@mkdir -p $(@D)
	$(Q)gcc $(BOOT_HOST_CFLAGS) $(BOOT_HOST_RENAME) -c $< -o $@

$(BOOT_HOST_DIR)/%.o: %.c tests/host/boot/test.mk
	@mkdir -p $(@D)
	$(Q)gcc $(BOOT_HOST_CFLAGS) -c $< -o $@

$(BOOT_HOST_DIR)/boot_test: $(BOOT_HOST_OBJECTS)
	$(Q)gcc $(BOOT_HOST_CFLAGS) $^ -o $@

.PHONY: test-boot-host
test-boot-host: $(BOOT_HOST_DIR)/boot_test
	$(Q)$< $(if $(SEED),--seed $(SEED)) $(FUZZ_SECONDS) $(ONLY)

-include $(BOOT_HOST_OBJECTS:.o=.d)
