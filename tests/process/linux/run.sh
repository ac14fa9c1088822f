#!/usr/bin/env bash
# run.sh TREE: boots Debian's Linux for $ARCH with these files, in which /bin/run-tests and /tests/list are; prints what it says.
# From the environment: ARCH, SMP, MEM and TIMEOUT, as bench/linux/boot.sh has them; INIT (init.c's program).
set -euo pipefail

tree=$1
initrd=$(mktemp)
trap 'rm -f "$initrd"' EXIT
cp "$INIT" "$tree/init"
(cd "$tree" && find . | cpio -o -H newc --quiet) >"$initrd"
bench/linux/boot.sh "$initrd"
