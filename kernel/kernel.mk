# kernel.mk: the kernel's OCaml code (dune), and the kernel as one ELF file, $(KERNEL).
#
# dune builds lib/, kernel/ and tests/boot as libraries with the target's compilers; main.ml is
# linked last.

DUNE_DIR     := $(CURDIR)/$(BUILD)/dune
KERNEL       := $(BUILD)/kernel.elf
KERNEL_LINK   = CROSS=$(CROSS) OBJECTS="$(NUCLEUS_OBJECTS) $(RUNTIME_OBJECTS)" \
	SYSROOT=$(KERNEL_SYSROOT) \
	OCAML_LIB=$(OCAML_TARGET)/lib/ocaml VARIANT=$(KERNEL_RUNTIME) runtime/link-kernel.sh

KERNEL_LIBRARIES := hal:kernel/hal picos:picos sync:picos/sync structured:picos/structured \
	sched:kernel/sched \
	ustar:lib/ustar line_discipline:lib/line_discipline fs:kernel/fs elf:lib/elf \
	processes:kernel/process noise:lib/noise clocks:lib/clocks keyboard:lib/keyboard \
	terminal:lib/terminal acpi:lib/acpi aml:lib/acpi/aml fdt:lib/fdt drivers:kernel/drivers \
	platform:kernel/platform \
	bactrian_kernel:kernel boot_suites_lib:tests/boot kernel_bench:bench/kernel
library_name     = $(firstword $(subst :, ,$(1)))
library_folder   = $(lastword $(subst :, ,$(1)))
library_archive  = $(call library_folder,$(1))/$(call library_name,$(1)).cmxa
library_objects  = $(DUNE_DIR)/default/$(call library_folder,$(1))/.$(call library_name,$(1)).objs
KERNEL_ARCHIVES  := \
	$(foreach l,$(KERNEL_LIBRARIES),$(DUNE_DIR)/default/$(call library_archive,$(l)))
KERNEL_INCLUDES  := $(foreach l,$(KERNEL_LIBRARIES),-I $(call library_objects,$(l))/byte \
	-I $(call library_objects,$(l))/native)

OCAML_ROOMS   := lib picos kernel tests/boot bench/kernel
OCAML_SOURCES := $(shell find $(OCAML_ROOMS) dune dune-project tests/dune \
	-type f -not -name main.ml 2>/dev/null)

# PICOS=DIR: another implementation of Picos, as plain files, in place of ours: dune sees a copy of
# the rooms.
ifdef PICOS
PICOS_FILES := $(wildcard $(PICOS)/*.ml $(PICOS)/*.mli)
$(if $(filter %/picos.ml,$(PICOS_FILES)),,$(error PICOS=$(PICOS): there is no picos.ml))
DUNE_ROOT   := $(BUILD)/source
$(DUNE_ROOT)/picos.stamp: $(OCAML_SOURCES) $(PICOS_FILES)
	$(Q)rm -rf $(@D) && mkdir -p $(@D)
	$(Q)cp --parents -r $(OCAML_ROOMS) dune dune-project tests/dune $(@D)
	$(Q)rm -f $(@D)/picos/*.ml $(@D)/picos/*.mli && cp $(PICOS_FILES) $(@D)/picos
	@touch $@
OCAML_SOURCES += $(DUNE_ROOT)/picos.stamp
else
DUNE_ROOT := .
endif

$(BUILD)/dune.stamp: $(OCAML_SOURCES) $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(Q)cd $(DUNE_ROOT) && \
		$(DUNE_TARGET) build --root . --build-dir $(DUNE_DIR) --profile release --display quiet \
		$(foreach l,$(KERNEL_LIBRARIES),./$(call library_archive,$(l))) >&2
	$(Q)touch $@

$(BUILD)/kernel_ocaml.o: $(BUILD)/dune.stamp kernel/main.ml kernel/kernel.mk
	$(Q)mkdir -p $(BUILD)/main/kernel && cp kernel/main.ml $(BUILD)/main/kernel/main.ml
	$(Q)cd $(BUILD)/main && \
		$(OCAML_TARGET)/bin/ocamlopt -g -nodynlink $(KERNEL_INCLUDES) \
		-runtime-variant $(KERNEL_RUNTIME) \
		-output-obj -o $(CURDIR)/$@ $(KERNEL_ARCHIVES) kernel/main.ml

$(KERNEL): $(BUILD)/kernel_ocaml.o $(NUCLEUS_OBJECTS) $(RUNTIME_OBJECTS) runtime/link-kernel.sh \
	nucleus/kernel.ld
	$(Q)$(KERNEL_LINK) $@ $<

.PHONY: kernel
kernel: $(KERNEL) $(INITFS)
