# test.mk: tests of lib/elf on this machine.
#
#   make test-host-elf            all of them; each fuzzer for two seconds
#   make test-host-elf FUZZ=600   each fuzzer for ten minutes (SEED=, ONLY= as it prints)

ELF_TESTS_DIR := $(CURDIR)/build/host/elf
ELF_TESTS     := $(patsubst %,tests/host/elf/%_tests.exe,image script stack run fuzz)

.PHONY: test-host-elf
test-host-elf: $(TOOLCHAIN_HOST)
	@$(PACKAGES) test >&2
	@mkdir -p $(ELF_TESTS_DIR)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(ELF_TESTS_DIR) \
		--display quiet $(ELF_TESTS:%=./%) >&2
	$(Q)for kind in static static-pie; do \
	    $(HOSTCC) -O2 -Wall -Wextra -Werror -$$kind \
	    -o $(ELF_TESTS_DIR)/$$kind tests/host/elf/sample.c || exit; done
	$(Q)ulimit -v 4000000; SAMPLES=$(ELF_TESTS_DIR) $(FUZZ_ENVIRONMENT) $(FUZZ_LIMIT) \
	    tests/host/nucleus/run.sh -- $(ELF_TESTS:%=$(ELF_TESTS_DIR)/default/%)
