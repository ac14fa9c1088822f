# test.mk: tests of lib/line_discipline on this machine, beside its own Linux.
#
#   make test-host-line-discipline            all of them (SEED=, ROUNDS=)
#   make test-host-line-discipline FUZZ=600   the fuzzers for ten minutes each

LINE_DISCIPLINE_TESTS_DIR := $(CURDIR)/build/host/line_discipline
LINE_DISCIPLINE_TESTS     := $(patsubst %,tests/host/line_discipline/%.exe,termios_tests editing_tests \
	mode_tests beside_linux fuzz_tests)

.PHONY: test-host-line-discipline
test-host-line-discipline: $(TOOLCHAIN_HOST)
	@mkdir -p $(LINE_DISCIPLINE_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(LINE_DISCIPLINE_TESTS_DIR) --display quiet \
	    $(LINE_DISCIPLINE_TESTS:%=./%) >&2
	$(Q)$(FUZZ_ENVIRONMENT) SEED='$(or $(SEED),1)' ROUNDS='$(or $(ROUNDS),400)' $(FUZZ_LIMIT) \
	    tests/host/nucleus/run.sh \
	    -- $(LINE_DISCIPLINE_TESTS:%=$(LINE_DISCIPLINE_TESTS_DIR)/default/%)
