# test.mk: the book's tutorials show code as it is: make test-host-docs.

.PHONY: test-host-docs
test-host-docs:
	@tests/host/docs/excerpts.sh docs/tutorial-*.md
