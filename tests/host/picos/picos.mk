# picos.mk: tests of picos/ on this machine.

PICOS_TESTS_DIR := $(CURDIR)/build/host/picos
PICOS_TESTS     := $(patsubst %,tests/host/picos/%.exe,unit_tests fiber_tests handler_tests sync_tests \
	structured_tests model_tests stress_tests interleaving_tests sync_interleavings \
	structured_interleavings)

# The three totals become one; a program that ends without its total counts as a failure.
.PHONY: test-host-picos
test-host-picos: $(TOOLCHAIN_HOST)
	@mkdir -p $(PICOS_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(PICOS_TESTS_DIR) \
		--display quiet $(PICOS_TESTS:%=./%) >&2
	@for t in $(PICOS_TESTS); do timeout 300 $(PICOS_TESTS_DIR)/default/$$t; done | \
	    awk '/^[0-9]+ passed, [0-9]+ failed$$/ { p += $$1; f += $$3; n++; next } { print } \
	        END { f += $(words $(PICOS_TESTS)) - n; print p " passed, " f " failed"; exit f > 0 }'
