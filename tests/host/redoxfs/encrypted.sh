#!/bin/sh
# encrypted.sh: some of the suites over an encrypted store, where REDOXFS_TESTS names their folder;
# a part of what they do without.
set -u
export ENCRYPTED=1
: "${OPERATIONS:=1000}" "${CRASHES:=100}" "${FAULTS:=1}"
export OPERATIONS CRASHES FAULTS
"$(dirname "$0")/../nucleus/run.sh" -- "$REDOXFS_TESTS"/change_tests.exe \
    "$REDOXFS_TESTS"/model_tests.exe "$REDOXFS_TESTS"/crash_tests.exe \
    "$REDOXFS_TESTS"/fault_tests.exe "$REDOXFS_TESTS"/fibers_tests.exe |
    sed 's/^\([okFAIL]*\) /\1 encrypted: /; s/^\([0-9]*\) encrypted: /\1 /'
