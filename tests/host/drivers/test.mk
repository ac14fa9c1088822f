# test.mk: tests of kernel/drivers and kernel/platform on this machine.
#
#   make test-host-drivers            all of them; the fuzzers for two seconds each
#   make test-host-drivers FUZZ=600   the fuzzers for ten minutes each (SEED=, ONLY= as they print)

DRIVERS_TESTS_DIR := $(CURDIR)/build/host/drivers
DRIVERS_TESTS     := supervisor_tests virtio_tests virtio_parts_tests requests_tests \
	requests_interleavings \
    line_tests pci_tests nvme_tests ahci_tests virtio_network_tests e1000e_tests edu_tests \
    virtio_fuzz virtio_parts_fuzz nvme_fuzz ahci_fuzz network_fuzz

.PHONY: test-host-drivers
test-host-drivers: $(TOOLCHAIN_HOST)
	@mkdir -p $(DRIVERS_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(DRIVERS_TESTS_DIR) --profile release \
		--display quiet \
	    $(DRIVERS_TESTS:%=./tests/host/drivers/%.exe) >&2
	@export $(FUZZ_ENVIRONMENT); \
	    run() { $(FUZZ_LIMIT) $(DRIVERS_TESTS_DIR)/default/tests/host/drivers/"$$@"; }; \
	    { $(foreach t,$(DRIVERS_TESTS),run $(t).exe;) } | \
	    awk '/^[0-9]+ passed, [0-9]+ failed$$/ { p += $$1; f += $$3; n++; next } { print } \
	        END { f += $(words $(DRIVERS_TESTS)) - n; print p " passed, " f " failed"; exit f > 0 }'
