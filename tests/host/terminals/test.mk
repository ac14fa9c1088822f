# test.mk: tests of terminals and pseudo-terminals (kernel/fs) on this machine.
#
#   make test-host-terminals

TERMINALS_TESTS_DIR := $(CURDIR)/build/host/terminals
TERMINALS_TESTS     := terminal_tests pseudo_terminal_tests

.PHONY: test-host-terminals
test-host-terminals: $(TOOLCHAIN_HOST)
	@mkdir -p $(TERMINALS_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(TERMINALS_TESTS_DIR) --profile release \
		--display quiet \
	    $(TERMINALS_TESTS:%=./tests/host/terminals/%.exe) >&2
	$(Q)timeout 120 tests/host/nucleus/run.sh -- \
	    $(TERMINALS_TESTS:%=$(TERMINALS_TESTS_DIR)/default/tests/host/terminals/%.exe)
