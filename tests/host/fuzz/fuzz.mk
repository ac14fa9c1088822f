# fuzz.mk: how long fuzzers run, as the suites' words FUZZ (seconds) and INPUTS (so many each) say.
#
#   make fuzz                 a million inputs to each fuzzer of whatever reads outside bytes
#   make fuzz INPUTS=N        so many

FUZZ_ENVIRONMENT = FUZZ='$(FUZZ)' INPUTS='$(INPUTS)'
FUZZ_LIMIT       = timeout $(if $(INPUTS),20000,$$(( $(or $(FUZZ),2) * 8 + 300 )))
FUZZ_SECONDS     = $(if $(FUZZ),--seconds $(FUZZ)) $(if $(INPUTS),--inputs $(INPUTS))

FUZZED_SUITES := test-host-nucleus test-boot-host test-host-acpi test-host-fdt test-host-elf \
	test-host-devices test-host-trace test-host-net \
	test-host-line-discipline

.PHONY: fuzz
fuzz:
	@tests/summary.sh $(foreach t,$(FUZZED_SUITES),$(t:test-%=%)='$(MAKE) -s $(t) INPUTS=$(or $(INPUTS),1000000)')
