# nucleus.mk: the nucleus's objects.
#
# Portable code is in core/ and discover/; arch/$(ARCH)/ holds the same file names for each
# architecture. The runtime room (runtime/) is compiled with the same flags: it is C in the same
# kernel.

KERNEL_CFLAGS_x86_64  := -mcmodel=kernel -mno-red-zone -mgeneral-regs-only -fcf-protection=none
KERNEL_CFLAGS_aarch64 := -mgeneral-regs-only -mno-outline-atomics -mcmodel=small
# gcc has no -mgeneral-regs-only here, and the ABI must be musl's; a test reads the objects for FP
# registers.
KERNEL_CFLAGS_riscv64 := -march=rv64gc -mabi=lp64d -mcmodel=medany

# -fbuiltin: so that base.h's asm labels bind the compiler's own calls of memcpy and memset too.
KERNEL_CFLAGS := -std=gnu11 -O2 -g -ffreestanding -fbuiltin -fno-stack-protector -fno-pic -fno-pie \
	-fno-common \
	-fomit-frame-pointer -fasynchronous-unwind-tables -ffunction-sections -fno-strict-aliasing \
	-Wall -Wextra -Wno-missing-field-initializers -Werror -MMD -MP $(KERNEL_CFLAGS_$(ARCH)) \
	-Inucleus/include -Inucleus/arch/$(ARCH) -Iboot/include -include base.h

NUCLEUS_SOURCES := $(wildcard nucleus/core/*.c nucleus/discover/*.c \
	nucleus/arch/$(ARCH)/*.c nucleus/arch/$(ARCH)/*.S)
NUCLEUS_OBJECTS := $(patsubst %,$(BUILD)/%.o,$(NUCLEUS_SOURCES))

$(BUILD)/nucleus/%.c.o: nucleus/%.c nucleus/nucleus.mk
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(KERNEL_CFLAGS) -c -o $@ $<

$(BUILD)/nucleus/%.S.o: nucleus/%.S nucleus/nucleus.mk
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(filter-out -include base.h,$(KERNEL_CFLAGS)) -D__ASSEMBLER__ -c -o $@ $<

# Or gcc would make memcpy, which is memmove here, out of itself.
$(BUILD)/nucleus/core/memory.c.o: KERNEL_CFLAGS += -fno-builtin

.PHONY: nucleus
nucleus: $(NUCLEUS_OBJECTS)

-include $(NUCLEUS_OBJECTS:.o=.d)
