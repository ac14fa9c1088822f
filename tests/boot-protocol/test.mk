# Tests of the boot protocol inside QEMU:
#   make test-boot-protocol [ARCH=] [LIMINE=DIR] [ONLY=WORD]
#
# One test kernel in several variants, each built with one command from kernel/.

PROTOCOL_DIR := $(BUILD)/tests/boot-protocol

PROTOCOL_SOURCES := $(wildcard tests/boot-protocol/kernel/*.c \
    tests/boot-protocol/kernel/$(ARCH)/*.[cS])
PROTOCOL_INPUTS  := $(PROTOCOL_SOURCES) tests/boot-protocol/kernel/test.h \
    tests/boot-protocol/kernel/link.ld tests/boot-protocol/test.mk boot/include/limine.h

PROTOCOL_FLAGS_x86_64  := -mno-red-zone -mgeneral-regs-only -fcf-protection=none
PROTOCOL_FLAGS_aarch64 := -mgeneral-regs-only -mno-outline-atomics -mstrict-align
PROTOCOL_FLAGS_riscv64 := -march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany -mno-relax
PROTOCOL_CFLAGS := -std=gnu11 -O2 -ffreestanding -fno-builtin -fno-stack-protector -nostdlib \
    -fno-tree-loop-distribute-patterns -fno-asynchronous-unwind-tables -Wall -Wextra -Werror \
    -include boot/core/hidden.h -Iboot/include $(PROTOCOL_FLAGS_$(ARCH)) \
    -Wl,--build-id=none,-z,max-page-size=4096,-z,noexecstack -T tests/boot-protocol/kernel/link.ld

PROTOCOL_FIXED_x86_64  := -mcmodel=kernel
PROTOCOL_FIXED := -static -fno-pic -fno-pie -no-pie $(PROTOCOL_FIXED_$(ARCH)) \
    -Wl,--defsym=BASE=0xffffffff80000000
PROTOCOL_PIE := -fpie -static-pie -DINTERNAL_MODULES=1 -Wl,--defsym=BASE

PROTOCOL_kernel   := $(PROTOCOL_FIXED)
PROTOCOL_rev0     := $(PROTOCOL_FIXED) -DREVISION=0 -DNO_TAG
PROTOCOL_rev1     := $(PROTOCOL_FIXED) -DREVISION=1
PROTOCOL_rev2     := $(PROTOCOL_FIXED) -DREVISION=2
PROTOCOL_rev9     := $(PROTOCOL_FIXED) -DREVISION=9
PROTOCOL_mode0    := $(PROTOCOL_FIXED) -DPAGING_MODE=0
PROTOCOL_mode1    := $(PROTOCOL_FIXED) -DPAGING_MODE=1
PROTOCOL_mode2    := $(PROTOCOL_FIXED) -DPAGING_MODE=2
PROTOCOL_entry    := $(PROTOCOL_FIXED) -DENTRY_POINT
PROTOCOL_x2apic   := $(PROTOCOL_FIXED) -DMP_FLAGS=1
PROTOCOL_internal := $(PROTOCOL_FIXED) -DINTERNAL_MODULES=1
PROTOCOL_needy    := $(PROTOCOL_FIXED) -DINTERNAL_MODULES=2
PROTOCOL_twice    := $(PROTOCOL_FIXED) -DTWICE
PROTOCOL_pie      := $(PROTOCOL_PIE)=0
PROTOCOL_piehigh  := $(PROTOCOL_PIE)=0xffffffff90000000

PROTOCOL_VARIANTS := kernel rev0 rev1 rev2 rev9 mode0 mode1 mode2 entry x2apic internal needy \
    twice pie piehigh
PROTOCOL_KERNELS := $(PROTOCOL_VARIANTS:%=$(PROTOCOL_DIR)/%.elf)

$(PROTOCOL_KERNELS): $(PROTOCOL_DIR)/%.elf: $(PROTOCOL_INPUTS)
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(PROTOCOL_CFLAGS) $(PROTOCOL_$*) $(PROTOCOL_SOURCES) -o $@

PROTOCOL_TOOLS := $(PROTOCOL_DIR)/pattern $(PROTOCOL_DIR)/raspi

$(PROTOCOL_TOOLS): $(PROTOCOL_DIR)/%: tests/boot-protocol/%.c tests/host/boot/tree_builder.h
	@mkdir -p $(@D)
	$(Q)gcc -O2 -Wall -Wextra -Werror $< -o $@

.PHONY: test-boot-protocol
test-boot-protocol: $(PROTOCOL_KERNELS) $(PROTOCOL_TOOLS) $(BOOT_DIRECT) $(BOOT_EFI)
	@$(PACKAGES) uefi-$(ARCH) image >&2
	$(Q)ARCH=$(ARCH) DIR=$(PROTOCOL_DIR) BOOT_DIRECT=$(BOOT_DIRECT) BOOT_EFI=$(BOOT_EFI) \
	    LIMINE=$(LIMINE) ONLY='$(ONLY)' tests/boot-protocol/run.sh
