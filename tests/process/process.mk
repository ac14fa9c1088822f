# process.mk: programs that check what Linux promises to a process. They run on Linux as well, which
# is what says that they are right.
#
#   make check-programs [ARCH=]        builds them all: build/ARCH/programs/check-NAME
#   make test-host-process-programs    runs this machine's here
#   make test-shell [ARCH=]            scripts under Debian's shells, on our kernel
#   make test-host-shell               the same on this machine, which is what says what they write
#   make record-shell                  writes down what they write here

CHECK_PROGRAM_NAMES := $(patsubst tests/process/%.c,%,$(wildcard tests/process/*.c))
CHECK_PROGRAMS      := $(CHECK_PROGRAM_NAMES:%=$(BUILD)/programs/check-%)
CHECK_CFLAGS        := -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -pthread
CHECK_HEADERS       := $(wildcard tests/process/*.h) tests/process/process.mk

$(CHECK_PROGRAMS): $(BUILD)/programs/check-%: tests/process/%.c $(CHECK_HEADERS) $(TOOLCHAIN)
	@mkdir -p $(@D)
	$(Q)$(PROGRAM_CC) $(CHECK_CFLAGS) -o $@ $<

.PHONY: check-programs test-host-process-programs
check-programs: $(CHECK_PROGRAMS)

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

SHELL_TESTS = PROGRAMS=$(PROGRAMS_DIR) WORK=$(CURDIR)/$(BUILD)/tests/shell CASES='$(CASES)' tests/process/shell/run.sh
SHELL_NEEDS := $(RUN_TESTS) $(PROGRAMS_DIR)/busybox $(PROGRAMS_DIR)/bash

.PHONY: test-shell test-host-shell record-shell
test-shell: $(SHELL_NEEDS) kernel $(BOOT_FILES)
	@$(RUN_ENVIRONMENT) $(SHELL_TESTS) guest
test-host-shell record-shell: $(if $(filter x86_64,$(ARCH)),$(SHELL_NEEDS))
	@$(if $(filter x86_64,$(ARCH)),$(SHELL_TESTS) $(if $(filter record%,$@),record,host),$(MAKE) -s ARCH=x86_64 $@)
