# sched.mk: tests of kernel/sched on this machine, and what it costs here.

SCHED_TESTS_DIR := $(CURDIR)/build/host/sched
SCHED_TESTS     := $(addprefix tests/host/sched/,sched_interleavings.exe sched_tests.exe)
SCHED_BENCH     := tests/host/sched/sched_bench.exe
SCHED_BUILD      = $(DUNE_HOST) build --root . --build-dir $(SCHED_TESTS_DIR) --profile release \
	--display quiet

.PHONY: test-host-sched bench-host
test-host-sched: $(TOOLCHAIN_HOST)
	@mkdir -p $(SCHED_TESTS_DIR)
	$(Q)$(SCHED_BUILD) $(SCHED_TESTS:%=./%) >&2
	@for t in $(SCHED_TESTS); do timeout 300 $(SCHED_TESTS_DIR)/default/$$t; done | \
	    awk '/^[0-9]+ passed, [0-9]+ failed$$/ { p += $$1; f += $$3; n++; next } { print } \
	        END { f += $(words $(SCHED_TESTS)) - n; print p " passed, " f " failed"; exit f > 0 }'

bench-host: $(TOOLCHAIN_HOST)
	@mkdir -p $(SCHED_TESTS_DIR)
	$(Q)$(SCHED_BUILD) ./$(SCHED_BENCH) >&2
	@$(SCHED_TESTS_DIR)/default/$(SCHED_BENCH)
