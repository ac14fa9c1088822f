# The host's tests: C of the nucleus compiled for the build machine under AddressSanitizer and UBSan.
#
#   make test-host-nucleus            all of them
#   make test-host-nucleus FUZZ=600   the fuzzers for ten minutes each

HOSTCC    ?= gcc
BUILDHOST ?= build/host

HOST_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_CFLAGS   := -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -MMD -MP -DNUCLEUS_HOSTED
HOST_INCLUDES := $(addprefix -iquote ,tests/host/nucleus/shim nucleus/include nucleus/core nucleus/discover)

HOST_NUCLEUS_TESTS := frames regions discover_dtb discover_acpi discover_fuzz unwind cfi unwind_fuzz

HOST_SOURCES_frames  := nucleus/core/frames.c
HOST_SOURCES_regions := nucleus/core/regions.c
HOST_SOURCES_discover_dtb  := $(wildcard nucleus/discover/*.c)
HOST_SOURCES_discover_acpi := $(wildcard nucleus/discover/*.c)
HOST_SOURCES_unwind := $(addprefix nucleus/core/,unwind.c cfi.c cfi_entry.c dwarf_expression.c)
HOST_SOURCES_cfi := $(HOST_SOURCES_unwind)
HOST_SOURCES_unwind_fuzz := $(HOST_SOURCES_unwind)
HOST_SOURCES_discover_fuzz := $(wildcard nucleus/discover/*.c)

define host_nucleus_test
$(BUILDHOST)/nucleus/$(1)_test: tests/host/nucleus/$(1)_test.c $(HOST_SOURCES_$(1)) $(MAKEFILE_LIST)
	@mkdir -p $$(@D)
	$(Q)$(HOSTCC) $(HOST_CFLAGS) $(HOST_SANITIZE) $(HOST_INCLUDES) -include nucleus/include/base.h \
	    -o $$@ $$< $(HOST_SOURCES_$(1))
-include $(BUILDHOST)/nucleus/$(1)_test.d
endef
$(foreach t,$(HOST_NUCLEUS_TESTS),$(eval $(call host_nucleus_test,$(t))))

.PHONY: test-host-nucleus
test-host-nucleus: $(HOST_NUCLEUS_TESTS:%=$(BUILDHOST)/nucleus/%_test)
	$(Q)tests/host/nucleus/run.sh $(if $(FUZZ),--seconds $(FUZZ)) -- $^
