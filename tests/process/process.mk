# process.mk: programs that check what Linux promises to a process. They run on Linux as well, which
# is what says that they are right.
#
#   make check-programs [ARCH=]        builds them all: build/ARCH/programs/check-NAME
#   make test-host-process-programs    runs this machine's here

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
