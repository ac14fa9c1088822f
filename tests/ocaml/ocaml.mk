# The OCaml distribution's own testsuite on bare metal, each test a kernel of its own: see
# README.md.
#
#   test-ocaml        all that applies; TESTS='effects lib-list/test1.ml' chooses directories and
#                     tests
#   test-ocaml-part   a part that covers every directory
#   test-ocaml-ours   our own programs, on machines of 128 and 512 MiB with 1 and 4 cores
#   test-ocaml-processes-host    each test a process, on this machine (x86_64): what can pass as one
#   test-ocaml-processes-linux   the same on Debian's Linux in QEMU
#   test-ocaml-processes         each test a process, on our kernel
#   test-ocaml-processes-part    some of them
#   test-ocaml-list   the names; test-ocaml-excluded: what does not apply, and why

OCAML_TESTS        := $(BUILD)/tests/ocaml
OCAML_TESTS_DRIVER := build/host/tests/ocaml/driver
OCAML_TESTS_OBJECT := $(OCAML_TESTS)/nucleus.o

OCAML_TESTS_MODULES := file environment tsl plan config machine build suite verdict processes main
OCAML_TESTS_SOURCES := $(foreach m,$(OCAML_TESTS_MODULES),$(wildcard tests/ocaml/driver/$(m).mli) \
    tests/ocaml/driver/$(m).ml)
OCAML_TESTS_WARNINGS := -w +a-4-9-40-41-42-44-45-70 -strict-sequence

$(OCAML_TESTS_DRIVER): $(OCAML_TESTS_SOURCES) $(TOOLCHAIN_HOST)
	@mkdir -p $(@D)
	$(Q)cp $(OCAML_TESTS_SOURCES) $(@D)
	$(Q)cd $(@D) && $(OCAML_HOST)/bin/ocamlopt $(OCAML_TESTS_WARNINGS) \
		-o $(@F) $(notdir $(OCAML_TESTS_SOURCES))

# Nucleus and runtime as one object without debug information: each test's link is then short.
$(OCAML_TESTS_OBJECT): $(NUCLEUS_OBJECTS) $(RUNTIME_OBJECTS)
	@mkdir -p $(@D)
	$(Q)$(CROSS)ld -r -o $@ $^
	$(Q)$(if $(DEBUG),:,$(CROSS)objcopy --strip-debug $@)

OCAML_TESTS_WORK ?= $(CURDIR)/$(OCAML_TESTS)
# The defaults of `make run` are not ours.
SMP_TESTS  = $(if $(filter file,$(origin SMP)),4,$(SMP))
MEM_TESTS  = $(if $(filter file,$(origin MEM)),1024,$(MEM))
OCAML_TESTS_SETTINGS = ARCH=$(ARCH) TARGET=$(OCAML_TARGET) SUITE=$(OCAML_SOURCE) CC=$(KERNEL_CC) \
	CROSS=$(CROSS) \
    VARIANT=$(KERNEL_RUNTIME) FLAVOUR=kernel SYSROOT=$(KERNEL_SYSROOT) \
    OBJECTS=$(CURDIR)/$(OCAML_TESTS_OBJECT) \
    LOADER=$(CURDIR)/$(BOOT_DIRECT) LINK=$(CURDIR)/runtime/link-kernel.sh \
    WORK=$(OCAML_TESTS_WORK)/$(@:test-%=%) \
    HERE=$(CURDIR)/tests/ocaml SMP=$(SMP_TESTS) MEM=$(MEM_TESTS) TIMEOUT=$(or $(TIMEOUT),600) \
    JOBS=$(or $(JOBS),2) RUNNER=$(CURDIR)/$(RUN_TESTS) SHELLS=$(CURDIR)/$(PROGRAMS_DIR)/busybox

OCAML_TESTS_NEED := $(OCAML_TESTS_DRIVER) $(OCAML_TESTS_OBJECT) $(BOOT_DIRECT) $(TOOLCHAIN)

.PHONY: test-ocaml test-ocaml-part test-ocaml-ours test-ocaml-list test-ocaml-excluded
test-ocaml: $(OCAML_TESTS_NEED)
	$(Q)$(OCAML_TESTS_DRIVER) all $(OCAML_TESTS_SETTINGS) $(TESTS)
test-ocaml-part: $(OCAML_TESTS_NEED)
	$(Q)$(OCAML_TESTS_DRIVER) part $(OCAML_TESTS_SETTINGS)
test-ocaml-ours: $(OCAML_TESTS_NEED)
	$(Q)$(OCAML_TESTS_DRIVER) ours $(OCAML_TESTS_SETTINGS) $(TESTS)
test-ocaml-list: $(OCAML_TESTS_NEED)
	$(Q)$(OCAML_TESTS_DRIVER) list $(OCAML_TESTS_SETTINGS) $(TESTS)
test-ocaml-excluded: $(OCAML_TESTS_NEED)
	$(Q)$(OCAML_TESTS_DRIVER) excluded $(OCAML_TESTS_SETTINGS)

# ---- as processes ----

# The first of two settings of one name would count.
OCAML_PROCESSES_SETTINGS = $(filter-out CC=% VARIANT=% FLAVOUR=%,$(OCAML_TESTS_SETTINGS)) \
	CC=$(PROGRAM_CC) \
    VARIANT=$(PROGRAM_RUNTIME) FLAVOUR=process
OCAML_PROCESSES_NEED := $(OCAML_TESTS_DRIVER) $(RUN_TESTS) $(PROGRAMS_DIR)/busybox $(TOOLCHAIN)

.PHONY: $(addprefix test-ocaml-processes,-part -host -linux -list -excluded) test-ocaml-processes
test-ocaml-processes-host: $(OCAML_PROCESSES_NEED)
	@[ $(ARCH) = x86_64 ] || { echo "make $@: only x86_64's programs run on this machine" >&2; \
		exit 1; }
	$(Q)$(OCAML_TESTS_DRIVER) host $(OCAML_PROCESSES_SETTINGS) $(TESTS)
test-ocaml-processes: $(OCAML_PROCESSES_NEED) kernel $(BOOT_DIRECT)
	$(Q)$(RUN_ENVIRONMENT) $(OCAML_TESTS_DRIVER) guest $(OCAML_PROCESSES_SETTINGS) $(TESTS)
test-ocaml-processes-part: $(OCAML_PROCESSES_NEED) kernel $(BOOT_DIRECT)
	$(Q)$(RUN_ENVIRONMENT) $(OCAML_TESTS_DRIVER) guest-part $(OCAML_PROCESSES_SETTINGS)
test-ocaml-processes-linux: $(OCAML_PROCESSES_NEED) $(PROCESS_INIT)
	@$(PACKAGES) bench-linux >&2
	$(Q)$(LINUX_ENVIRONMENT) $(OCAML_TESTS_DRIVER) linux $(OCAML_PROCESSES_SETTINGS) $(TESTS)
test-ocaml-processes-list: $(OCAML_PROCESSES_NEED)
	$(Q)$(OCAML_TESTS_DRIVER) list $(OCAML_PROCESSES_SETTINGS) $(TESTS)
test-ocaml-processes-excluded: $(OCAML_PROCESSES_NEED)
	$(Q)$(OCAML_TESTS_DRIVER) excluded $(OCAML_PROCESSES_SETTINGS)
