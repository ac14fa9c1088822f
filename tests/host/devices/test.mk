# test.mk: tests of the pure libraries that drivers use, on this machine: make test-host-devices.

DEVICES_TESTS_DIR := $(CURDIR)/build/host/devices
DEVICES_TESTS     := $(patsubst %,tests/host/devices/%_tests.exe,noise clock keyboard terminal)

.PHONY: test-host-devices
test-host-devices: $(TOOLCHAIN_HOST)
	@mkdir -p $(DEVICES_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(DEVICES_TESTS_DIR) --display quiet $(DEVICES_TESTS:%=./%) >&2
	$(Q)ulimit -v 4000000; timeout 300 tests/host/nucleus/run.sh -- $(DEVICES_TESTS:%=$(DEVICES_TESTS_DIR)/default/%)
