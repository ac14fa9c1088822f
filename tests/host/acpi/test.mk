# test.mk: tests of lib/acpi on this machine.
#
#   make test-host-acpi            all of them; each fuzzer for two seconds
#   make test-host-acpi FUZZ=600   each fuzzer for ten minutes (SEED=, ONLY= as it prints)

ACPI_TESTS_DIR := $(CURDIR)/build/host/acpi
ACPI_TESTS     := table_tests content_tests machine_tests aml_tests description_tests qemu_tests \
	table_fuzz aml_fuzz
ACPI_ASL       := $(wildcard tests/host/acpi/asl/*.asl)

ACPI_ARGUMENTS_aml_tests         := $(ACPI_ASL)
ACPI_ARGUMENTS_description_tests := tests/host/acpi/templates.asl
ACPI_ARGUMENTS_aml_fuzz          := tests/host/acpi/templates.asl $(ACPI_ASL)

# Memory without bound is a failure too.
.PHONY: test-host-acpi
test-host-acpi: $(TOOLCHAIN_HOST)
	@$(PACKAGES) run-x86_64 run-aarch64 uefi-aarch64 test-acpi >&2
	@mkdir -p $(ACPI_TESTS_DIR)/tmp
	$(Q)$(DUNE_HOST) build --root . --build-dir $(ACPI_TESTS_DIR)/dune --display quiet \
	    $(ACPI_TESTS:%=./tests/host/acpi/%.exe) >&2
	@ulimit -v 4000000; export $(FUZZ_ENVIRONMENT) TMPDIR=$(ACPI_TESTS_DIR)/tmp; \
	    run() { $(FUZZ_LIMIT) $(ACPI_TESTS_DIR)/dune/default/tests/host/acpi/"$$@"; }; \
	    { $(foreach t,$(ACPI_TESTS),run $(t).exe $(ACPI_ARGUMENTS_$(t));) } | \
	    awk '/^[0-9]+ passed, [0-9]+ failed$$/ { p += $$1; f += $$3; n++; next } { print } \
	        END { f += $(words $(ACPI_TESTS)) - n; print p " passed, " f " failed"; exit f > 0 }'
