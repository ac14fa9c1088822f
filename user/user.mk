# user.mk: programs, static executables for Linux's system calls of $(ARCH):
# build/ARCH/programs/NAME (docs/programs.md).
#
#   make program SRC=FILE.ml|FILE.c [NAME=] [ARCH=]   builds one of anybody's
#   make programs [ARCH=]                             builds ours, in user/programs
#   make run PROGRAMS='NAME ...'                      puts some, or `all` that are built, into the
#                                                     boot module
#   make shells [ARCH=]                               Debian's busybox and bash, as they are
#   make test-programs [ARCH=]                        runs ours on our kernel (test-host-programs:
#                                                     here; test-programs-linux: on Debian's Linux)
#
# What else there is to run and how it comes into being is a rule for build/ARCH/programs/NAME.

PROGRAMS_DIR      := $(BUILD)/programs
USER_SOURCES      := $(wildcard user/programs/*.ml user/programs/*.c)
USER_PROGRAMS     := $(addprefix $(PROGRAMS_DIR)/,$(basename $(notdir $(USER_SOURCES))))
BUILD_PROGRAM      = OCAML=$(OCAML_TARGET) CC=$(PROGRAM_CC) VARIANT=$(PROGRAM_RUNTIME) user/build.sh

$(PROGRAMS_DIR)/%: user/programs/%.ml user/build.sh $(TOOLCHAIN)
	$(Q)$(BUILD_PROGRAM) $< $@
$(PROGRAMS_DIR)/%: user/programs/%.c user/build.sh $(TOOLCHAIN)
	$(Q)$(BUILD_PROGRAM) $< $@

$(PROGRAMS_DIR)/busybox $(PROGRAMS_DIR)/bash &: user/shells.sh toolchain/debian.sh
	$(Q)user/shells.sh $(ARCH) $(PROGRAMS_DIR)

# One that `make program` made is there; another has no rule.
$(PROGRAMS_DIR)/%:
	@echo "$*: there is no such program; make program SRC=FILE NAME=$* makes one" >&2; exit 1

.PHONY: program programs shells
NAME ?= $(basename $(notdir $(SRC)))
program: $(TOOLCHAIN)
	@$(if $(SRC),,echo "make program: say of what: SRC=FILE.ml or SRC=FILE.c" >&2; exit 1)
	$(Q)$(BUILD_PROGRAM) $(SRC) $(PROGRAMS_DIR)/$(NAME)
	@echo $(PROGRAMS_DIR)/$(NAME)

programs: $(USER_PROGRAMS)

shells: $(PROGRAMS_DIR)/busybox $(PROGRAMS_DIR)/bash

# ---- the boot module: initfs/, and programs in /bin ----

INITFS          := $(BUILD)/initfs.tar
INITFS_PROGRAMS := $(if $(filter all,$(PROGRAMS)),\
	$(shell find $(PROGRAMS_DIR) -type f -executable 2>/dev/null | sort),\
	$(PROGRAMS:%=$(PROGRAMS_DIR)/%))

# Changes when the choice of programs does.
.PHONY: initfs-choice
$(BUILD)/initfs.choice: initfs-choice
	@mkdir -p $(@D)
	@echo '$(INITFS_PROGRAMS)' | cmp -s - $@ || echo '$(INITFS_PROGRAMS)' >$@

$(INITFS): $(shell find initfs -type f) $(BUILD)/initfs.choice $(INITFS_PROGRAMS) tools/initfs.sh
	$(Q)tools/initfs.sh $@ $(INITFS_PROGRAMS)
