# test.mk: from what a kernel records to what a viewer gets, on this machine.

TRACE_TEST_DIR     := tests/host/trace
TRACE_TEST_READER  := $(addprefix $(TRACE_TEST_DIR)/,strict_json.c chrome_file.c)
TRACE_TEST_SOURCES := $(TRACE_EXPORT_SOURCES) $(TRACE_TEST_READER) nucleus/core/trace_print.c
TRACE_TESTS        := $(addprefix $(BUILDHOST)/trace/,events_test line_test)
TRACE_CHECK        := $(BUILDHOST)/trace/trace_check
TRACE_TEST_HEADERS := $(wildcard $(TRACE_TEST_DIR)/*.h tools/trace/*.h \
	tests/host/check.h tests/counts.h) \
	nucleus/core/trace_parts.h nucleus/include/trace.h

$(TRACE_TESTS): $(BUILDHOST)/trace/%: $(TRACE_TEST_DIR)/%.c $(TRACE_TEST_SOURCES) \
	$(TRACE_TEST_HEADERS)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(HOST_CFLAGS) $(HOST_SANITIZE) -iquote tools/trace -iquote nucleus/include \
	    -iquote nucleus/core -include nucleus/include/base.h -o $@ $< $(TRACE_TEST_SOURCES)

# Reads the file of a real machine: tests/boot/trace.sh.
$(TRACE_CHECK): $(TRACE_TEST_DIR)/trace_check.c $(TRACE_TEST_READER) $(TRACE_TEST_HEADERS)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(HOST_CFLAGS) -o $@ $< $(TRACE_TEST_READER)

.PHONY: test-host-trace
test-host-trace: $(TRACE_TESTS)
	$(Q)tests/host/nucleus/run.sh $(FUZZ_SECONDS) -- $^
