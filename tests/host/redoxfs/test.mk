# test.mk: tests of lib/redoxfs on this machine.
#
#   make test-host-redoxfs                 all of them; each fuzzer for two seconds
#   make test-host-redoxfs FUZZ=600        each fuzzer for ten minutes (SEED=, ONLY= as it prints)
#   make test-host-redoxfs OPERATIONS=N    random operations beside a model, of each kind (SEED=)
#   make test-host-redoxfs CRASHES=N       states that a power cut could leave, of each kind (SEED=)
#   make test-host-redoxfs FAULTS=N        rounds of devices that fail, and of ones that lie (SEED=)
#   make test-host-redoxfs FILES=N         how many files are created and removed to count blocks
#   make test-host-redoxfs TURNS=N         turns of work by us and by who knows no snapshots
#   make test-host-redoxfs FIXTURES=DIR    where the image is that Redox wrote; skipped without

FIXTURES          ?= ../shared/fixtures
REDOXFS_TESTS_DIR := $(CURDIR)/build/host/redoxfs
REDOXFS_TESTS     := $(patsubst %,tests/host/redoxfs/%_tests.exe,bytes lz4 fixture change model crash cost \
	fuzz fault check snapshot turn scrub repair keys fibers)
REDOXFS_PACKED    := $(wildcard $(FIXTURES)/redoxfs-v8-plain.img.gz)
REDOXFS_IMAGE     := $(if $(REDOXFS_PACKED),$(REDOXFS_TESTS_DIR)/fixture.img)

$(REDOXFS_TESTS_DIR)/fixture.img: $(REDOXFS_PACKED)
	@mkdir -p $(@D)
	$(Q)gzip -dc $< > $@

# Memory without bound is a failure too.
.PHONY: test-host-redoxfs
test-host-redoxfs: $(TOOLCHAIN_HOST) $(REDOXFS_IMAGE) $(REDOXFS)
	@mkdir -p $(REDOXFS_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(REDOXFS_TESTS_DIR)/dune --profile release \
		--display quiet \
	    $(REDOXFS_TESTS:%=./%) >&2
	$(Q)ulimit -v 4000000; export REDOXFS=$(CURDIR)/$(REDOXFS); \
		export REDOXFS_TESTS=$(REDOXFS_TESTS_DIR)/dune/default/tests/host/redoxfs; \
		FUZZ='$(FUZZ)' FIXTURE='$(REDOXFS_IMAGE)' OPERATIONS='$(OPERATIONS)' \
	    CRASHES='$(CRASHES)' FAULTS='$(FAULTS)' TURNS='$(TURNS)' FILES='$(FILES)' \
	    SEED='$(SEED)' timeout \
	    $(if $(OPERATIONS)$(CRASHES)$(FAULTS)$(TURNS)$(FILES)$(FUZZ),86400,600) \
	    tests/host/nucleus/run.sh \
	    -- $(REDOXFS_TESTS:%=$(REDOXFS_TESTS_DIR)/dune/default/%) \
	    tests/host/redoxfs/encrypted.sh tests/host/redoxfs/tool.sh
