# Bactrian's one entry point. `make help` lists the words; docs/ explains the house.
#
# Every room has its own NAME/NAME.mk, included here. What they share:
#   ARCH     x86_64 (default), aarch64 or riscv64: the one architecture this run builds
#   BUILD    where its objects go: build/ARCH, or build/ARCH-debug with DEBUG=1
#   CROSS    prefix of its binutils and gcc (empty on x86_64)
#   Q        '@' unless V=1

ARCH  ?= x86_64
ARCHS := x86_64 aarch64 riscv64
ifeq ($(filter $(ARCH),$(ARCHS)),)
$(error ARCH=$(ARCH) is not supported: use one of $(ARCHS))
endif

BUILD := build/$(ARCH)$(if $(DEBUG),-debug)$(if $(PICOS),-picos)
Q     := $(if $(V),,@)

CROSS_x86_64  :=
CROSS_aarch64 := aarch64-linux-gnu-
CROSS_riscv64 := riscv64-linux-gnu-
CROSS         := $(CROSS_$(ARCH))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Debian packages come first: make brings included files up to date before anything else, and this
# one's rule installs what $(ARCH) needs.
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),help)),)
include build/packages-$(ARCH).mk
endif
build/packages-$(ARCH).mk: toolchain/packages.sh
	@mkdir -p $(@D)
	@toolchain/packages.sh build-$(ARCH) run-$(ARCH) >&2
	@touch $@

include toolchain/toolchain.mk
include boot/boot.mk
include tests/host/fuzz/fuzz.mk
include tests/host/host.mk
include tests/host/picos/picos.mk
include tests/host/sched/sched.mk
include nucleus/nucleus.mk
include runtime/runtime.mk
include user/user.mk
include kernel/kernel.mk
include tests/process/process.mk
include tests/ocaml/ocaml.mk
include tools/trace/trace.mk
include tests/host/trace/test.mk
include tests/host/acpi/test.mk
include tests/host/fdt/test.mk
include tests/host/elf/test.mk
include tests/host/drivers/test.mk
include tests/host/devices/test.mk
include tests/host/docs/test.mk
include tests/host/net/test.mk
include tools/redoxfs/redoxfs.mk
include tests/host/crypto/test.mk
include tests/host/redoxfs/test.mk
include tests/host/files/test.mk
include tests/host/pipes/test.mk
include tests/host/line_discipline/test.mk
include tests/host/terminals/test.mk

# ---- running ----

SMP  ?= 4
MEM  ?= 512
BOOT ?= $(if $(LIMINE),uefi,direct)
RUN_ENVIRONMENT = ARCH=$(ARCH) KERNEL=$(KERNEL) INITFS=$(INITFS) BOOT=$(BOOT) \
	BOOT_DIRECT=$(BOOT_DIRECT) BOOT_EFI=$(BOOT_EFI) LIMINE='$(LIMINE)' SMP=$(SMP) MEM=$(MEM) APPEND='$(APPEND)' \
	TRACE='$(TRACE)' TRACE_EXPORT=$(TRACE_EXPORT)
BOOT_GROUPS_uefi := uefi-$(ARCH) image
BOOT_GROUPS_bios := image
BOOT_FILES = $(BOOT_DIRECT) $(BOOT_EFI)

export RUN
.PHONY: run debug image
run: kernel $(BOOT_FILES) $(if $(TRACE),$(TRACE_EXPORT))
	@$(if $(BOOT_GROUPS_$(BOOT)),$(PACKAGES) $(BOOT_GROUPS_$(BOOT)) >&2)
	@$(RUN_ENVIRONMENT) tools/qemu.sh $(if $(RUN),script,run)

debug: kernel $(BOOT_FILES)
	@$(PACKAGES) debug $(BOOT_GROUPS_$(BOOT)) >&2
	@$(RUN_ENVIRONMENT) tools/qemu.sh debug

image: kernel $(BOOT_EFI)
	@$(PACKAGES) image >&2
	@$(RUN_ENVIRONMENT) tools/image.sh $(BUILD)/bactrian.img
	@echo $(BUILD)/bactrian.img

# ---- testing ----

# With ARCH on the command line or in the environment that one is tested, else all three.
TEST_ARCHS := $(if $(filter file,$(origin ARCH)),$(ARCHS),$(ARCH))

HOST_SUITES := test-host-nucleus test-boot-host test-host-toolchain test-host-picos test-host-sched \
	test-host-trace test-host-acpi test-host-fdt test-host-elf test-host-devices test-host-drivers \
	test-host-docs test-host-net test-host-crypto test-host-redoxfs test-host-programs \
	test-host-process-programs test-host-shell test-host-files test-host-pipes \
	test-host-line-discipline test-host-terminals test-host-fuzz-syscalls

SUITES := objects boot-protocol boot drivers ocaml-part ocaml-ours shell process-programs \
	process-commands programs hostile fuzz-syscalls ocaml-processes-part

.PHONY: test test-boot test-drivers test-host test-objects
test:
	@tests/summary.sh $(foreach t,$(HOST_SUITES),$(t:test-%=%)='$(MAKE) -s $(t)') \
		$(foreach a,$(TEST_ARCHS),$(foreach t,$(SUITES),$(t)-$(a)='$(MAKE) -s ARCH=$(a) test-$(t)')) \
		$(if $(filter x86_64,$(TEST_ARCHS)),nmi-x86_64='$(MAKE) -s ARCH=x86_64 test-nmi')

test-host: $(HOST_SUITES)

test-boot: kernel $(BOOT_FILES) $(TRACE_EXPORT) $(TRACE_CHECK)
	@$(PACKAGES) uefi-$(ARCH) image >&2
	@$(RUN_ENVIRONMENT) TRACE_CHECK=$(TRACE_CHECK) tests/boot/kernel.sh

test-drivers: kernel $(BOOT_FILES) $(READ_SCREEN)
	@$(PACKAGES) uefi-$(ARCH) image >&2
	@$(RUN_ENVIRONMENT) READ_SCREEN=$(READ_SCREEN) LONG=$(LONG) tests/boot/drivers.sh $(CASES)

test-objects: $(NUCLEUS_OBJECTS) $(RUNTIME_OBJECTS)
	@ARCH=$(ARCH) CROSS=$(CROSS) NUCLEUS_OBJECTS='$(NUCLEUS_OBJECTS)' \
		RUNTIME_OBJECTS='$(RUNTIME_OBJECTS)' tests/boot/objects.sh

# On 1 and on 4 cores: five minutes of everything at once, with and without OCaml's debug runtime;
# all that is tested with processes, and ten minutes of random system calls.
SOAK_SECONDS ?= 300
SOAK_SUITES  := programs process-programs shell hostile ocaml-processes
.PHONY: soak soak-one soak-drivers bench
soak:
	@tests/summary.sh $(foreach a,$(TEST_ARCHS),$(foreach n,1 4, \
		soak-$(a)-$(n)='$(MAKE) -s ARCH=$(a) SMP=$(n) soak-one' \
		soak-$(a)-$(n)-debug='$(MAKE) -s ARCH=$(a) SMP=$(n) DEBUG=1 soak-one' \
		fuzz-syscalls-$(a)-$(n)='$(MAKE) -s ARCH=$(a) SMP=$(n) FUZZ=600 test-fuzz-syscalls' \
		$(foreach t,$(SOAK_SUITES),$(t)-$(a)-$(n)='$(MAKE) -s ARCH=$(a) SMP=$(n) test-$(t)')))

soak-one: kernel $(BOOT_FILES)
	@$(RUN_ENVIRONMENT) TIMEOUT=$$(($(SOAK_SECONDS) * 3 + 300)) RUN='soak $(SOAK_SECONDS) $(SEED)' \
		tools/qemu.sh script && echo '1 passed, 0 failed' || echo '0 passed, 1 failed'

# What takes long with devices: a quarter of a gibibyte to each kind of disk.
soak-drivers:
	@tests/summary.sh $(foreach a,$(TEST_ARCHS), \
		soak-drivers-$(a)='$(MAKE) -s ARCH=$(a) test-drivers LONG=1')

# What the kernel's operations cost, in instructions: one core, a clock that counts them.
bench: kernel $(BOOT_FILES)
	@$(RUN_ENVIRONMENT) SMP=1 QEMU_EXTRA='-icount shift=0,sleep=off' RUN='bench $(BENCH)' \
		tools/qemu.sh script

# The same where cores work together: each one's own, counted by a plugin of QEMU's.
COUNT_PLUGIN := build/host/count_instructions.so
$(COUNT_PLUGIN): bench/cores/count_instructions.c
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -O2 -std=gnu11 -Wall -Wextra -Werror -fPIC -shared -o $@ $<

.PHONY: bench-cores
bench-cores: kernel $(BOOT_FILES) $(COUNT_PLUGIN)
	@$(RUN_ENVIRONMENT) NM=$(CROSS)nm PLUGIN=$(COUNT_PLUGIN) bench/cores/cores.sh

# Blocks and frames beside Linux's, on the same devices.
.PHONY: bench-linux
bench-linux: kernel $(BOOT_FILES)
	@$(PACKAGES) bench-linux >&2
	@$(RUN_ENVIRONMENT) CROSS=$(CROSS) bench/linux/side_by_side.sh

# ---- the rest ----

.PHONY: clean help
clean:
	rm -rf build

help:
	@sed -n 's/^#? \?//p' Makefile

#? Bactrian: an operating system whose kernel is OCaml. ARCH: x86_64 (default), aarch64 or riscv64.
#?
#?   make run [ARCH=] [SMP=cores] [MEM=MiB] [BOOT=direct|uefi|bios] [LIMINE=DIR]
#?            installs what is missing, builds, and boots to a prompt in QEMU (Ctrl-A X leaves it)
#?   make run RUN='machine; mem'
#?            boots, prints what the lines print, and exits with the last one's status
#?   make run APPEND='OCAMLRUNPARAM=v=0x400'
#?            adds words to the kernel command line
#?   make run PICOS=DIR
#?            builds on another implementation of Picos: DIR holds picos.ml, picos.mli and what
#?            they need
#?   make run PROGRAMS='NAME ...'
#?            puts programs into the boot module, as /bin/NAME; `all` that are built
#?            (docs/programs.md)
#?   make run TRACE=FILE [RUN=]
#?            makes FILE of what the cores did, for ui.perfetto.dev or chrome://tracing
#?            (docs/tracing.md)
#?   make test [ARCH=]       all tests, or those of one architecture
#?   make image [LIMINE=DIR] a disk image that boots by UEFI
#?   make test-ocaml         all of OCaml's own testsuite that applies, on bare metal
#?   make test-ocaml-processes  the same as processes, and what needs unix and threads;
#?                           test-ocaml-processes-host: here
#?   make test-shell         scripts under busybox and bash, on our kernel
#?   make fuzz               a million inputs to each fuzzer (INPUTS=)
#?   make soak               five minutes of everything at once on each architecture
#?                           (SOAK_SECONDS=, SEED=)
#?   make soak-drivers       256 MiB at random to each kind of disk, from four cores
#?   make bench-host         what the scheduler costs on this machine, beside a bare effect
#?   make bench [BENCH=]     what the kernel's operations cost, in instructions: JSON lines
#?   make bench-cores        what each core executes when they work together: JSON lines
#?   make bench-processes    what system calls and processes cost, beside Debian's Linux: JSON lines
#?   make bench-linux        what a block read and a frame cost, beside Debian's Linux: JSON lines
#?   make debug              boots, waits for gdb, and says what to type
#?   make redoxfs            the host tool for RedoxFS images
#?   make program SRC=FILE.ml|FILE.c [NAME=]
#?            builds a static program: build/ARCH/programs/NAME; `make programs` builds those in
#?            user/programs
#?   make shells             Debian's busybox and bash: build/ARCH/programs
#?   make kernel             builds without booting
#?   make toolchain          builds the compilers alone (once, into a cache)
#?   make clean              removes build/; the toolchain's cache stays
#?
#? V=1 shows the commands; DEBUG=1 links OCaml's debug runtime.
