# The host's tests: C of the nucleus compiled for the build machine under AddressSanitizer and
# UBSan.
#
#   make test-host-nucleus            all of them
#   make test-host-nucleus FUZZ=600   the fuzzers for ten minutes each

HOSTCC    ?= gcc
BUILDHOST ?= build/host

HOST_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_CFLAGS   := -std=gnu11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -DNUCLEUS_HOSTED
HOST_FOLDERS  := tests/host/nucleus/shim nucleus/include nucleus/core nucleus/discover
HOST_HEADERS  := $(wildcard tests/*.h tests/host/*.h tests/host/nucleus/*.h $(HOST_FOLDERS:%=%/*.h))

HOST_DISCOVER := $(wildcard nucleus/discover/*.c)
HOST_UNWIND   := $(addprefix nucleus/core/,unwind.c cfi.c cfi_entry.c dwarf_expression.c)

# What each test is linked with.
HOST_SOURCES_frames        := nucleus/core/frames.c
HOST_SOURCES_regions       := nucleus/core/regions.c
HOST_SOURCES_asids         := nucleus/core/asids.c
HOST_SOURCES_discover_dtb  := $(HOST_DISCOVER)
HOST_SOURCES_discover_acpi := $(HOST_DISCOVER)
HOST_SOURCES_discover_fuzz := $(HOST_DISCOVER)
HOST_SOURCES_cfi           := $(HOST_UNWIND)
HOST_SOURCES_unwind        := $(HOST_UNWIND)
HOST_SOURCES_unwind_fuzz   := $(HOST_UNWIND)
HOST_ASPACE                := $(addprefix nucleus/core/,aspace.c aspace_cut.c aspace_fault.c \
	aspace_move.c objects.c user_tables.c regions.c frames.c slab.c)
HOST_SOURCES_aspace         := $(HOST_ASPACE)
HOST_SOURCES_aspace_objects := $(HOST_ASPACE)
HOST_SOURCES_aspace_model   := $(HOST_ASPACE)
HOST_RING                  := $(addprefix nucleus/core/,ring_producer.c ring_consumer.c)
HOST_SOURCES_ring          := $(HOST_RING)
HOST_SOURCES_ring_boundary := $(HOST_RING)
HOST_SOURCES_ring_stress   := $(HOST_RING)
HOST_NUCLEUS_TESTS := frames regions asids aspace aspace_objects aspace_model \
	discover_dtb discover_acpi discover_fuzz cfi unwind unwind_fuzz \
	ring ring_boundary ring_copy ring_explore ring_stress

# With the nucleus's own paging.h, on the build machine's page-table entries.
HOST_PAGING := -DHOSTED_PAGING -include tests/host/nucleus/shim/spinlock.h \
	-iquote nucleus/arch/x86_64
HOST_MORE_aspace         := $(HOST_PAGING)
HOST_MORE_aspace_objects := $(HOST_PAGING)
HOST_MORE_aspace_model   := $(HOST_PAGING)

# In place of the sanitizers: the explorer is a search, and threads are ThreadSanitizer's.
HOST_INSTEAD_ring_explore := -O2
HOST_INSTEAD_ring_stress  := -O1 -fsanitize=thread -pthread
# These include the sources, to stand in for how they touch memory.
$(BUILDHOST)/nucleus/ring_copy_test $(BUILDHOST)/nucleus/ring_explore_test: $(HOST_RING)

define host_nucleus_test
$(BUILDHOST)/nucleus/$(1)_test: tests/host/nucleus/$(1)_test.c $(HOST_SOURCES_$(1)) \
    $(HOST_HEADERS) tests/host/host.mk
	@mkdir -p $$(@D)
	$(Q)$(HOSTCC) $(HOST_CFLAGS) $(or $(HOST_INSTEAD_$(1)),$(HOST_SANITIZE)) \
		$(HOST_FOLDERS:%=-iquote %) \
	    $(HOST_MORE_$(1)) -include nucleus/include/base.h -o $$@ $$< $(HOST_SOURCES_$(1))
endef
$(foreach t,$(HOST_NUCLEUS_TESTS),$(eval $(call host_nucleus_test,$(t))))

.PHONY: test-host-nucleus
test-host-nucleus: $(HOST_NUCLEUS_TESTS:%=$(BUILDHOST)/nucleus/%_test)
	$(Q)tests/host/nucleus/run.sh $(FUZZ_SECONDS) -- $^
