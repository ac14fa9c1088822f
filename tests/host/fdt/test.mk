# test.mk: tests of lib/fdt on this machine. FUZZ=SECONDS: what each random test may take.

FDT_TESTS_DIR := $(CURDIR)/build/host/fdt
FDT_TESTS     := $(patsubst %,tests/host/fdt/%_tests.exe,blob tree address interrupt machine)

.PHONY: test-host-fdt
test-host-fdt: $(TOOLCHAIN_HOST)
	@mkdir -p $(FDT_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(FDT_TESTS_DIR) --display quiet $(FDT_TESTS:%=./%) >&2
	$(Q)$(if $(FUZZ),FUZZ=$(FUZZ)) tests/host/nucleus/run.sh -- \
	    $(FDT_TESTS:%=$(FDT_TESTS_DIR)/default/%)
