# trace.mk: what makes a file for a viewer of the trace that a kernel printed.

TRACE_EXPORT         := build/host/tools/trace_export
TRACE_EXPORT_SOURCES := $(addprefix tools/trace/,wire.c spans.c json.c)

$(TRACE_EXPORT): tools/trace/trace_export.c $(TRACE_EXPORT_SOURCES) $(wildcard tools/trace/*.h)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror \
		-o $@ $< $(TRACE_EXPORT_SOURCES)
