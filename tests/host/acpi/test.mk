# test.mk: tests of lib/acpi on this machine.
#
#   make test-host-acpi            all of them; each fuzzer for two seconds
#   make test-host-acpi FUZZ=600   each fuzzer for ten minutes (SEED=, ONLY= as it prints)

ACPI_TESTS_DIR := $(CURDIR)/build/host/acpi
ACPI_TESTS     := $(patsubst %,tests/host/acpi/%.exe,table_tests content_tests table_fuzz)

# Memory without bound is a failure too.
.PHONY: test-host-acpi
test-host-acpi: $(TOOLCHAIN_HOST)
	@mkdir -p $(ACPI_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(ACPI_TESTS_DIR) --display quiet $(ACPI_TESTS:%=./%) >&2
	@ulimit -v 4000000; for t in $(ACPI_TESTS); do \
	    FUZZ='$(FUZZ)' timeout $$(( $(or $(FUZZ),2) * 4 + 300 )) $(ACPI_TESTS_DIR)/default/$$t; done | \
	    awk '/^[0-9]+ passed, [0-9]+ failed$$/ { p += $$1; f += $$3; n++; next } { print } \
	        END { f += $(words $(ACPI_TESTS)) - n; print p " passed, " f " failed"; exit f > 0 }'
