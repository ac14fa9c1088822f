# test.mk: tests of pipes, polling and local sockets (kernel/fs) on this machine, beside its own
# Linux.
#
#   make test-host-pipes                 all of them (SEED=)

PIPES_TESTS_DIR := $(CURDIR)/build/host/pipes
PIPES_TESTS     := pipe_interleavings socket_interleavings file_tests pipe_tests event_tests \
	epoll_tests \
    timer_tests socket_tests socket_waits cores_tests

.PHONY: test-host-pipes
test-host-pipes: $(TOOLCHAIN_HOST)
	@mkdir -p $(PIPES_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(PIPES_TESTS_DIR) --profile release \
		--display quiet \
	    $(PIPES_TESTS:%=./tests/host/pipes/%.exe) >&2
	$(Q)SEED='$(or $(SEED),1)' timeout 300 \
	    tests/host/nucleus/run.sh \
	    -- $(PIPES_TESTS:%=$(PIPES_TESTS_DIR)/default/tests/host/pipes/%.exe)
