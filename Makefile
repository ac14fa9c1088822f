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
