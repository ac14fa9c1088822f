# test.mk: tests of the pure libraries that drivers use, on this machine: make test-host-devices
# [FUZZ=SECONDS].

DEVICES_TESTS_DIR := $(CURDIR)/build/host/devices
DEVICES_TESTS     := $(patsubst %,tests/host/devices/%_tests.exe,noise clock keyboard terminal fuzz)

# What stands on a screen, of which QEMU made a picture.
READ_SCREEN := $(DEVICES_TESTS_DIR)/default/tests/host/devices/read_screen.exe
$(READ_SCREEN): tests/host/devices/read_screen.ml $(wildcard lib/terminal/*) $(TOOLCHAIN_HOST)
	@mkdir -p $(DEVICES_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(DEVICES_TESTS_DIR) \
		--display quiet ./tests/host/devices/read_screen.exe >&2
	@touch $@

.PHONY: test-host-devices
test-host-devices: $(TOOLCHAIN_HOST)
	@mkdir -p $(DEVICES_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(DEVICES_TESTS_DIR) \
		--display quiet $(DEVICES_TESTS:%=./%) >&2
	$(Q)ulimit -v 4000000; \
		$(FUZZ_ENVIRONMENT) $(FUZZ_LIMIT) tests/host/nucleus/run.sh \
		-- $(DEVICES_TESTS:%=$(DEVICES_TESTS_DIR)/default/%)
