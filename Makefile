# Bactrian's one entry point. `make help` lists the words; docs/ explains the house.
#
# Every room has its own NAME/NAME.mk, included here. What they share:
#   ARCH     x86_64 (default), aarch64 or riscv64: the one architecture this run builds
#   BUILD    where its objects go: build/ARCH
#   CROSS    prefix of its binutils and gcc (empty on x86_64)
#   Q        '@' unless V=1

ARCH  ?= x86_64
ARCHS := x86_64 aarch64 riscv64
ifeq ($(filter $(ARCH),$(ARCHS)),)
$(error ARCH=$(ARCH) is not supported: use one of $(ARCHS))
endif

BUILD := build/$(ARCH)
Q     := $(if $(V),,@)

CROSS_x86_64  :=
CROSS_aarch64 := aarch64-linux-gnu-
CROSS_riscv64 := riscv64-linux-gnu-
CROSS         := $(CROSS_$(ARCH))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

include toolchain/toolchain.mk
include boot/boot.mk
include nucleus/nucleus.mk
include runtime/runtime.mk
include kernel/kernel.mk

# ---- running ----

SMP  ?= 4
MEM  ?= 512
BOOT ?= direct
RUN_ENVIRONMENT = ARCH=$(ARCH) KERNEL=$(KERNEL) INITFS=$(INITFS) BOOT=$(BOOT) BOOT_DIRECT=$(BOOT_DIRECT) \
	SMP=$(SMP) MEM=$(MEM) APPEND='$(APPEND)'

export RUN
.PHONY: run debug
run: kernel $(BOOT_DIRECT)
	@$(RUN_ENVIRONMENT) tools/qemu.sh $(if $(RUN),script,run)

debug: kernel $(BOOT_DIRECT)
	@$(RUN_ENVIRONMENT) tools/qemu.sh debug
