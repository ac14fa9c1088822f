# test.mk: the book's tutorials show code as it is, and its table of system calls is the code's:
# make test-host-docs.

.PHONY: test-host-docs
test-host-docs:
	@tests/summary.sh excerpts='tests/host/docs/excerpts.sh docs/tutorial-*.md' \
		calls=tests/host/docs/calls.sh
