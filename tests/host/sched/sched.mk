# sched.mk: tests of kernel/sched on this machine.

SCHED_TESTS_DIR := $(CURDIR)/build/host/sched

.PHONY: test-host-sched
test-host-sched: $(TOOLCHAIN_HOST)
	@mkdir -p $(SCHED_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(SCHED_TESTS_DIR) --display quiet ./tests/host/sched/sched_interleavings.exe >&2
	@timeout 300 $(SCHED_TESTS_DIR)/default/tests/host/sched/sched_interleavings.exe
