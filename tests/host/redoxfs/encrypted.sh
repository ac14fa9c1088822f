#!/bin/sh
# encrypted.sh: some of the suites over an encrypted store: a tenth of what they do without.
# REDOXFS_TESTS names their folder.
set -u
export ENCRYPTED=1
export OPERATIONS=$((${OPERATIONS:-10000} / 10)) CRASHES=$((${CRASHES:-1000} / 10))
export FAULTS=$(((${FAULTS:-3} + 9) / 10))
"$(dirname "$0")/../nucleus/run.sh" -- "$REDOXFS_TESTS"/change_tests.exe \
    "$REDOXFS_TESTS"/model_tests.exe "$REDOXFS_TESTS"/crash_tests.exe \
    "$REDOXFS_TESTS"/fault_tests.exe "$REDOXFS_TESTS"/fibers_tests.exe |
    sed 's/^ok /ok encrypted: /; s/^not ok /not ok encrypted: /; s/^FAIL /FAIL encrypted: /'
