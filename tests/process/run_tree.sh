#!/usr/bin/env bash
# run_tree.sh host|guest|linux TREE: has /bin/run-tests of these files run what /tests/list says, and prints
# what it says: on this machine (whose paths are in the list then), on our kernel with the files as its boot
# module, or on Debian's Linux in QEMU. From the environment: TIMEOUT; for guest what tools/qemu.sh wants, for
# linux ARCH, SMP, MEM, QEMU_EXTRA and INIT (linux/init.c's program).
set -euo pipefail

tree=$2
archive=$(mktemp)
trap 'rm -f "$archive"' EXIT
export TIMEOUT=${TIMEOUT:-1800}
mkdir -p "$tree/tmp"

case $1 in
host) "$tree/bin/run-tests" "$tree/tests/list" </dev/null ;;
guest)
    tar --format=ustar -C "$tree" -cf "$archive" .
    INITFS=$archive RUN='run /bin/run-tests /tests/list' tools/qemu.sh script
    ;;
linux)
    cp "$INIT" "$tree/init"
    (cd "$tree" && find . | cpio -o -H newc --quiet) >"$archive"
    # shellcheck disable=SC2086  # words
    bench/linux/boot.sh "$archive" ${QEMU_EXTRA:-}
    ;;
esac
