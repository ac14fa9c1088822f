# test.mk: tests of kernel/fs on this machine.
#
#   make test-host-files                 all of them (SEED=, RUNS= of random work beside Linux)

FILES_TESTS_DIR := $(CURDIR)/build/host/files
FILES_TESTS     := transfer_tests tmp_tests model_tests boot_files_tests walk_tests locks_tests \
	cores_tests descriptor_tests descriptor_interleavings tmp_interleavings linux_tests

.PHONY: test-host-files
test-host-files: $(TOOLCHAIN_HOST)
	@mkdir -p $(FILES_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(FILES_TESTS_DIR) --profile release \
		--display quiet \
	    $(FILES_TESTS:%=./tests/host/files/%.exe) >&2
	$(Q)$(if $(SEED),SEED=$(SEED)) $(if $(RUNS),RUNS=$(RUNS)) timeout 300 \
	    tests/host/nucleus/run.sh \
	    -- $(FILES_TESTS:%=$(FILES_TESTS_DIR)/default/tests/host/files/%.exe)
