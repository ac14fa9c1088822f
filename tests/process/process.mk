# process.mk: programs that check what Linux promises to a process. They run on Linux as well, which
# is what says that they are right.
#
#   make check-programs [ARCH=]        builds them all: build/ARCH/programs/check-NAME
#   make test-host-process-programs    runs this machine's here
#   make test-host-fuzz-syscalls       random system calls here (FUZZ=SECONDS, SEED=)
#   make test-fuzz-syscalls            the same on our kernel; test-fuzz-syscalls-linux: in QEMU
#   make test-process-programs         runs them on our kernel
#   make test-nmi ARCH=x86_64          some of them while NMIs come at any instruction
#   make test-process-programs-linux   runs them on Debian's Linux in QEMU
#   make test-process-commands         the monitor's commands about processes
#   make test-hostile                  on little memory, what takes all there is, beside one that must
#                                      not notice; test-hostile-linux: on Debian's Linux in QEMU
#   make test-shell [ARCH=]            scripts under Debian's shells, on our kernel
#   make test-host-shell               the same on this machine, which is what says what they write
#   make test-shell-linux [ARCH=]      the same on Debian's Linux in QEMU
#   make record-shell                  writes down what they write here

CHECK_PROGRAM_NAMES := $(patsubst tests/process/%.c,%,$(wildcard tests/process/*.c))
CHECK_PROGRAMS      := $(CHECK_PROGRAM_NAMES:%=$(BUILD)/programs/check-%)
CHECK_CFLAGS        := -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -pthread
CHECK_HEADERS       := $(wildcard tests/*.h tests/process/*.h) tests/process/process.mk

$(CHECK_PROGRAMS): $(BUILD)/programs/check-%: tests/process/%.c $(CHECK_HEADERS) $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(Q)$(PROGRAM_CC) $(CHECK_CFLAGS) -o $@ $<

# Programs that do what they can against the system: not here, where they would do it to this
# machine.
HOSTILE_NAMES    := $(patsubst tests/process/hostile/%.c,hostile-%, \
	$(wildcard tests/process/hostile/*.c))
HOSTILE_PROGRAMS := $(HOSTILE_NAMES:%=$(BUILD)/programs/check-%)
$(HOSTILE_PROGRAMS): $(BUILD)/programs/check-hostile-%: tests/process/hostile/%.c \
		tests/process/hostile/hostile.h $(CHECK_HEADERS) $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(Q)$(PROGRAM_CC) $(CHECK_CFLAGS) -o $@ $<

FUZZ_SYSCALLS := $(BUILD)/programs/fuzz-syscalls
$(FUZZ_SYSCALLS): $(wildcard tests/process/fuzz/*) $(TOOLCHAIN) tests/process/process.mk
	@mkdir -p $(@D)
	$(Q)$(PROGRAM_CC) $(CHECK_CFLAGS) -o $@ $(filter %.c,$^)

.PHONY: check-programs test-host-process-programs test-host-fuzz-syscalls
check-programs: $(CHECK_PROGRAMS) $(HOSTILE_PROGRAMS) $(FUZZ_SYSCALLS)

# Random system calls here: that the fuzzer itself does as it says.
test-host-fuzz-syscalls: $(if $(filter x86_64,$(ARCH)),$(FUZZ_SYSCALLS))
	@$(if $(filter x86_64,$(ARCH)),timeout $$(($(or $(FUZZ),3) + 60)) $(FUZZ_SYSCALLS) \
	    --seed $(or $(SEED),1) --seconds $(or $(FUZZ),3),$(MAKE) -s ARCH=x86_64 $@)

# A program of this machine's; output and status as the host's other suites.
test-host-process-programs: $(if $(filter x86_64,$(ARCH)),$(CHECK_PROGRAMS))
	@$(if $(filter x86_64,$(ARCH)),timeout 300 tests/host/nucleus/run.sh -- $(CHECK_PROGRAMS),\
	    $(MAKE) -s ARCH=x86_64 $@)

# ---- what runs tests, one after another, as a process that starts processes ----

RUN_TESTS := $(PROGRAMS_DIR)/run-tests
$(RUN_TESTS): tests/process/runner/runner.c $(TOOLCHAIN) tests/process/process.mk
	@mkdir -p $(@D)
	$(Q)$(PROGRAM_CC) $(CHECK_CFLAGS) -o $@ $<

# ---- scripts ----

SHELL_TESTS = PROGRAMS=$(PROGRAMS_DIR) WORK=$(CURDIR)/$(BUILD)/tests/shell CASES='$(CASES)' \
	tests/process/shell/run.sh
SHELL_NEEDS := $(RUN_TESTS) $(PROGRAMS_DIR)/busybox $(PROGRAMS_DIR)/bash

# ---- beside: Debian's Linux ----

PROCESS_INIT := $(BUILD)/tests/init
$(PROCESS_INIT): tests/process/linux/init.c $(TOOLCHAIN) tests/process/process.mk
	@mkdir -p $(@D)
	$(Q)$(PROGRAM_CC) $(CHECK_CFLAGS) -o $@ $<
LINUX_ENVIRONMENT = ARCH=$(ARCH) SMP=$(SMP) MEM=1024 INIT=$(CURDIR)/$(PROCESS_INIT)

# ---- what calls cost, beside Linux ----

BENCH_CALLS := $(PROGRAMS_DIR)/bench-calls
$(BENCH_CALLS): bench/process/calls.c $(TOOLCHAIN) tests/process/process.mk
	@mkdir -p $(@D)
	$(Q)$(PROGRAM_CC) $(CHECK_CFLAGS) -O2 -o $@ $<

BENCH_IDLE := $(PROGRAMS_DIR)/bench-idle
$(BENCH_IDLE): bench/process/idle.ml user/build.sh $(TOOLCHAIN) tests/process/process.mk
	$(Q)$(BUILD_PROGRAM) $< $@

.PHONY: bench-processes
bench-processes: $(BENCH_CALLS) $(BENCH_IDLE) $(RUN_TESTS) $(PROCESS_INIT) kernel $(BOOT_DIRECT)
	@$(PACKAGES) bench-linux >&2
	@$(RUN_ENVIRONMENT) PROGRAMS=$(PROGRAMS_DIR) INIT=$(CURDIR)/$(PROCESS_INIT) \
		bench/process/side_by_side.sh

# ---- the programs in user/ ----

USER_TESTS = PROGRAMS=$(PROGRAMS_DIR) WORK=$(CURDIR)/$(BUILD)/tests/user user/test.sh

.PHONY: test-programs test-programs-linux test-host-programs
test-programs: $(USER_PROGRAMS) $(RUN_TESTS) kernel $(BOOT_DIRECT)
	@$(RUN_ENVIRONMENT) MEM=3072 $(USER_TESTS) guest $(USER_SOURCES)
test-programs-linux: $(USER_PROGRAMS) $(RUN_TESTS) $(PROCESS_INIT)
	@$(PACKAGES) bench-linux >&2
	@$(LINUX_ENVIRONMENT) MEM=3072 $(USER_TESTS) linux $(USER_SOURCES)
test-host-programs: $(if $(filter x86_64,$(ARCH)),$(USER_PROGRAMS) $(RUN_TESTS))
	@$(if $(filter x86_64,$(ARCH)),$(USER_TESTS) host $(USER_SOURCES),$(MAKE) -s ARCH=x86_64 $@)

# ---- programs that check, one after another ----

PROCESS_PROGRAMS = PROGRAMS=$(PROGRAMS_DIR) WORK=$(CURDIR)/$(BUILD)/tests/process \
	tests/process/programs.sh

.PHONY: test-process-programs test-process-programs-linux
test-process-programs: $(CHECK_PROGRAMS) $(RUN_TESTS) kernel $(BOOT_DIRECT)
	@$(RUN_ENVIRONMENT) $(PROCESS_PROGRAMS) guest $(or $(CASES),$(CHECK_PROGRAM_NAMES))
test-process-programs-linux: $(CHECK_PROGRAMS) $(RUN_TESTS) $(PROCESS_INIT)
	@$(PACKAGES) bench-linux >&2
	@$(LINUX_ENVIRONMENT) $(PROCESS_PROGRAMS) linux $(or $(CASES),$(CHECK_PROGRAM_NAMES))

# ---- the monitor's commands ----

.PHONY: test-process-commands
test-process-commands: $(BUILD)/programs/check-groups $(PROGRAMS_DIR)/busybox kernel $(BOOT_DIRECT)
	@$(RUN_ENVIRONMENT) PROGRAMS=$(PROGRAMS_DIR) tests/process/commands.sh

# Machines with little memory: what takes all of it is done soon.
.PHONY: test-hostile test-hostile-linux
test-hostile: $(HOSTILE_PROGRAMS) $(RUN_TESTS) kernel $(BOOT_DIRECT)
	@$(RUN_ENVIRONMENT) MEM=256 $(PROCESS_PROGRAMS) guest $(or $(CASES),$(HOSTILE_NAMES))
test-hostile-linux: $(HOSTILE_PROGRAMS) $(RUN_TESTS) $(PROCESS_INIT)
	@$(PACKAGES) bench-linux >&2
	@$(LINUX_ENVIRONMENT) MEM=256 $(PROCESS_PROGRAMS) linux $(or $(CASES),$(HOSTILE_NAMES))

# x86_64: the same while non-maskable interrupts come at any instruction.
.PHONY: test-nmi
test-nmi: $(CHECK_PROGRAMS) $(RUN_TESTS) kernel $(BOOT_DIRECT)
	@$(RUN_ENVIRONMENT) PROGRAMS=$(PROGRAMS_DIR) WORK=$(CURDIR)/$(BUILD)/tests/nmi \
		tests/process/nmi.sh \
	    $(or $(CASES),spaces signals faults pipes)

FUZZ_PROGRAM = PROGRAMS=$(PROGRAMS_DIR) WORK=$(CURDIR)/$(BUILD)/tests/fuzz-syscalls \
	tests/process/fuzz/run.sh

.PHONY: test-fuzz-syscalls test-fuzz-syscalls-linux
test-fuzz-syscalls: $(FUZZ_SYSCALLS) $(RUN_TESTS) kernel $(BOOT_DIRECT)
	@$(RUN_ENVIRONMENT) $(FUZZ_PROGRAM) guest $(or $(FUZZ),30) $(or $(SEED),1)
test-fuzz-syscalls-linux: $(FUZZ_SYSCALLS) $(RUN_TESTS) $(PROCESS_INIT)
	@$(PACKAGES) bench-linux >&2
	@$(LINUX_ENVIRONMENT) $(FUZZ_PROGRAM) linux $(or $(FUZZ),30) $(or $(SEED),1)

.PHONY: test-shell test-shell-linux test-host-shell record-shell
test-shell: $(SHELL_NEEDS) kernel $(BOOT_DIRECT)
	@$(RUN_ENVIRONMENT) $(SHELL_TESTS) guest
test-shell-linux: $(SHELL_NEEDS) $(PROCESS_INIT)
	@$(PACKAGES) bench-linux >&2
	@$(LINUX_ENVIRONMENT) $(SHELL_TESTS) linux
test-host-shell record-shell: $(if $(filter x86_64,$(ARCH)),$(SHELL_NEEDS))
	@$(if $(filter x86_64,$(ARCH)),$(SHELL_TESTS) $(if $(filter record%,$@),record,host),\
	    $(MAKE) -s ARCH=x86_64 $@)
