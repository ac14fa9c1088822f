# test.mk: tests of lib/net on this machine.
#
#   make test-host-net            all of them; each fuzzer for two seconds. Those beside Linux's own
#                                 stack are skipped where no tap device and network namespace can be
#                                 had
#   make test-host-net FUZZ=600   each fuzzer for ten minutes (SEED=, ONLY= as it prints)
#   make bench-host-net           what a segment costs, both ends together
#   make test-host-net LOSSY=1024 so many MiB each way over a network that loses (8 without)

NET_TESTS_DIR := $(CURDIR)/build/host/net
NET_TESTS     := $(patsubst %,tests/host/net/%.exe,octets_tests wire_tests ip_tests parts_tests \
	tcp_state_tests tcp_data_tests tcp_pair_tests stack_tests ipv6_tests lossy_tests hardening_tests names_tests dhcp_tests linux/linux_tests \
	wire_fuzz tcp_fuzz)

# Memory without bound is a failure too.
.PHONY: test-host-net
test-host-net: $(TOOLCHAIN_HOST)
	@mkdir -p $(NET_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(NET_TESTS_DIR) \
		--display quiet $(NET_TESTS:%=./%) >&2
	$(Q)ulimit -v 4000000; \
		$(FUZZ_ENVIRONMENT) $(if $(LOSSY),LOSSY='$(LOSSY)' timeout 20000,$(FUZZ_LIMIT)) \
	    tests/host/nucleus/run.sh -- $(NET_TESTS:%=$(NET_TESTS_DIR)/default/%)

.PHONY: bench-host-net
bench-host-net: $(TOOLCHAIN_HOST)
	@mkdir -p $(NET_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(NET_TESTS_DIR)/bench --profile release \
		--display quiet \
	    ./tests/host/net/net_bench.exe >&2
	@$(NET_TESTS_DIR)/bench/default/tests/host/net/net_bench.exe
