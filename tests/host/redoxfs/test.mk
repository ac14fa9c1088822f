# test.mk: tests of lib/redoxfs on this machine.
#
#   make test-host-redoxfs                 all of them; each fuzzer for two seconds
#   make test-host-redoxfs FUZZ=600        each fuzzer for ten minutes (SEED=, ONLY= as it prints)

REDOXFS_TESTS_DIR := $(CURDIR)/build/host/redoxfs
REDOXFS_TESTS     := $(patsubst %,tests/host/redoxfs/%_tests.exe,bytes lz4)

# Memory without bound is a failure too.
.PHONY: test-host-redoxfs
test-host-redoxfs: $(TOOLCHAIN_HOST)
	@mkdir -p $(REDOXFS_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(REDOXFS_TESTS_DIR) --profile release --display quiet \
	    $(REDOXFS_TESTS:%=./%) >&2
	$(Q)ulimit -v 4000000; FUZZ='$(FUZZ)' timeout $$(( $(or $(FUZZ),2) * 8 + 600 )) \
	    tests/host/nucleus/run.sh -- $(REDOXFS_TESTS:%=$(REDOXFS_TESTS_DIR)/default/%)
