# The boot loader's rules.
#
#   BOOT_DIRECT   the file for QEMU's -kernel
#   BOOT_EFI      the EFI application

BOOT_DIR := $(BUILD)/boot

BOOT_FLAGS_x86_64  := -fpie -mno-red-zone -mgeneral-regs-only -fcf-protection=none
BOOT_FLAGS_aarch64 := -fpie -mgeneral-regs-only -mno-outline-atomics -mstrict-align
BOOT_FLAGS_riscv64 := -fno-pic -march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany -mno-relax

# One set of objects serves both front ends: position independent, no absolute address anywhere.
BOOT_CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fno-builtin -fno-stack-protector \
    -fno-strict-aliasing -fno-jump-tables -fno-asynchronous-unwind-tables \
    -fno-tree-loop-distribute-patterns -ffunction-sections -fdata-sections \
    -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
    -Wmissing-prototypes -Iboot -Iboot/include $(BOOT_FLAGS_$(ARCH))
BOOT_HIDDEN := -include boot/core/hidden.h
BOOT_LDFLAGS := -static -nostdlib -z noexecstack -z max-page-size=4096 --no-warn-rwx-segments \
    --build-id=none --gc-sections

BOOT_SOURCES = $(wildcard $(addprefix boot/,$(addsuffix /*.c,$(1)) $(addsuffix /*.S,$(1))))
boot_objects = $(patsubst %,$(BUILD)/%.o,$(basename $(BOOT_SOURCES)))

BOOT_COMMON_OBJECTS := $(call boot_objects,core fdt acpi arch/$(ARCH))
BOOT_DIRECT_OBJECTS := $(call boot_objects,direct direct/$(ARCH))


$(BOOT_DIR)/%.o: boot/%.c boot/boot.mk
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(BOOT_CFLAGS) $(BOOT_HIDDEN) -MMD -MP -c $< -o $@

$(BOOT_DIR)/%.o: boot/%.S boot/boot.mk
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(BOOT_CFLAGS) -MMD -MP -c $< -o $@

# ---- direct: an ELF file on x86_64, a flat binary elsewhere ----------------------------------

BOOT_DIRECT_ELF := $(BOOT_DIR)/direct.elf
BOOT_DIRECT_x86_64  := $(BOOT_DIRECT_ELF)
BOOT_DIRECT_aarch64 := $(BOOT_DIR)/direct.bin
BOOT_DIRECT_riscv64 := $(BOOT_DIR)/direct.bin
BOOT_DIRECT := $(BOOT_DIRECT_$(ARCH))

$(BOOT_DIRECT_ELF): boot/direct/$(ARCH)/link.ld $(BOOT_DIRECT_OBJECTS) $(BOOT_COMMON_OBJECTS)
	$(Q)$(CROSS)ld $(BOOT_LDFLAGS) -T $< -o $@ $(filter %.o,$^)

$(BOOT_DIR)/direct.bin: $(BOOT_DIRECT_ELF)
	$(Q)$(CROSS)objcopy -O binary $< $@

# ---- uefi: the same objects, laid out as a PE file by head.S and link.ld -----------------------

BOOT_EFI_x86_64  := $(BOOT_DIR)/BOOTX64.EFI
BOOT_EFI_aarch64 := $(BOOT_DIR)/BOOTAA64.EFI
BOOT_EFI_riscv64 := $(BOOT_DIR)/BOOTRISCV64.EFI
BOOT_EFI := $(BOOT_EFI_$(ARCH))

BOOT_EFI_OBJECTS := $(call boot_objects,uefi)
# Relocations that would need the load address; head.S has only differences.
BOOT_ABSOLUTE := R_X86_64_(64|32|32S) |R_AARCH64_ABS(64|32) |R_RISCV_(64|32) 

$(BOOT_DIR)/uefi.elf: boot/uefi/link.ld $(BOOT_EFI_OBJECTS) $(BOOT_COMMON_OBJECTS)
	$(Q)$(CROSS)ld $(BOOT_LDFLAGS) --emit-relocs -T $< -o $@ $(filter %.o,$^)
	$(Q)if $(CROSS)readelf -rW $@ | \
	    awk '/^Relocation section/ { skip = /rela\.(head|debug)/ } !skip' | \
	    grep -E '$(BOOT_ABSOLUTE)'; then \
	    echo 'boot.mk: $@ holds absolute addresses (above)' >&2; rm -f $@; exit 1; fi

$(BOOT_EFI): $(BOOT_DIR)/uefi.elf
	$(Q)$(CROSS)objcopy -O binary -j .head -j .text -j .data $< $@

-include $(wildcard $(BOOT_DIR)/*/*.d $(BOOT_DIR)/*/*/*.d)

include $(wildcard tests/host/boot/test.mk) tests/boot-protocol/test.mk
