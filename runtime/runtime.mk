# runtime.mk: what musl and OCaml ask of a system, answered by the nucleus; and the stubs behind
# kernel/hal.
#
# The link order matters: these objects define musl's assembly functions before libc.a could.

RUNTIME_SOURCES := $(wildcard runtime/*.c runtime/hal/*.c \
	runtime/arch/$(ARCH)/*.c runtime/arch/$(ARCH)/*.S)
RUNTIME_OBJECTS := $(patsubst %,$(BUILD)/%.o,$(RUNTIME_SOURCES))
RUNTIME_CFLAGS   = $(KERNEL_CFLAGS) -Iruntime -Iruntime/arch/$(ARCH) \
	-isystem $(KERNEL_SYSROOT)/include \
	-isystem $(OCAML_TARGET)/lib/ocaml

$(BUILD)/runtime/%.c.o: runtime/%.c nucleus/nucleus.mk runtime/runtime.mk $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(RUNTIME_CFLAGS) -c -o $@ $<

$(BUILD)/runtime/%.S.o: runtime/%.S nucleus/nucleus.mk runtime/runtime.mk
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(filter-out -include base.h,$(KERNEL_CFLAGS)) -D__ASSEMBLER__ -c -o $@ $<

-include $(RUNTIME_OBJECTS:.o=.d)
