# picos.mk: tests of picos/ on this machine.

PICOS_TESTS_DIR := $(CURDIR)/build/host/picos

.PHONY: test-host-picos
test-host-picos: $(TOOLCHAIN_HOST)
	@mkdir -p $(PICOS_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(PICOS_TESTS_DIR) --display quiet \
		./tests/host/picos/unit_tests.exe ./tests/host/picos/interleaving_tests.exe >&2
	@$(PICOS_TESTS_DIR)/default/tests/host/picos/unit_tests.exe
	@$(PICOS_TESTS_DIR)/default/tests/host/picos/interleaving_tests.exe
