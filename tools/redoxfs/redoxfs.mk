# redoxfs.mk: the host tool for RedoxFS images, $(REDOXFS).

REDOXFS := build/host/redoxfs/redoxfs

$(REDOXFS): $(TOOLCHAIN_HOST) \
	$(shell find tools/redoxfs lib -name '*.ml*' -o -name '*.[ch]' -o -name dune)
	@mkdir -p $(@D)
	$(Q)$(DUNE_HOST) build --root . --build-dir $(CURDIR)/$(@D)/dune --profile release \
		--display quiet \
	    ./tools/redoxfs/redoxfs_tool.exe >&2
	$(Q)cp -f $(@D)/dune/default/tools/redoxfs/redoxfs_tool.exe $@

.PHONY: redoxfs
redoxfs: $(REDOXFS)
