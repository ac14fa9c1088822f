# test.mk: tests of lib/fdt on this machine.
#
#   make test-host-fdt            all of them; each fuzzer for two seconds
#   make test-host-fdt FUZZ=600   each fuzzer for ten minutes (SEED=, ONLY= as it prints)

FDT_TESTS_DIR := $(CURDIR)/build/host/fdt
FDT_TESTS     := $(patsubst %,tests/host/fdt/%_tests.exe,blob tree address interrupt machine \
	round_trip qemu fuzz hostile)

# Memory without bound is a failure too.
.PHONY: test-host-fdt
test-host-fdt: $(TOOLCHAIN_HOST)
	@$(PACKAGES) run-x86_64 run-aarch64 run-riscv64 test-fdt >&2
	@mkdir -p $(FDT_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(FDT_TESTS_DIR) \
		--display quiet $(FDT_TESTS:%=./%) >&2
	$(Q)ulimit -v 4000000; $(FUZZ_ENVIRONMENT) $(FUZZ_LIMIT) \
	    tests/host/nucleus/run.sh -- $(FDT_TESTS:%=$(FDT_TESTS_DIR)/default/%)
