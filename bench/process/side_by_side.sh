#!/usr/bin/env bash
# side_by_side.sh: what system calls, faults, processes and switches cost here and in Debian's
# Linux, for the same static program in the same QEMU on one core: lines of JSON, in which ns are
# instructions. From the environment: PROGRAMS (the folder of bench-calls and run-tests), INIT, and
# what tools/qemu.sh wants.
set -euo pipefail

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/bin" "$tree/tests" "$tree/tmp"
cp "$PROGRAMS/run-tests" "$PROGRAMS/bench-calls" "$PROGRAMS/bench-idle" "$tree/bin"
printf '%s\n' 'test calls' 'directory /tmp' 'seconds 600' 'argument /bin/bench-calls' run \
    >"$tree/tests/list"

export SMP=1 QEMU_EXTRA='-icount shift=0' TIMEOUT=900
run() { # WHERE NAME
    tests/process/run_tree.sh "$1" "$tree" | tr -d '\r' | sed -n "s/^|{/{\"system\": \"$2\", /p"
}
APPEND=drivers.watch=off run guest bactrian
MEM=512 run linux linux
