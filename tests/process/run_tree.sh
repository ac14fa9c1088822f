#!/usr/bin/env bash
# run_tree.sh host|guest|linux TREE: has /bin/run-tests of these files run what /tests/list says,
# and prints what it says: on this machine (whose paths are in the list then), on our kernel with
# the files as its boot module, or on Debian's Linux in QEMU. From the environment: TIMEOUT; for
# guest what tools/qemu.sh wants, for linux ARCH, SMP, MEM, QEMU_EXTRA and INIT (linux/init.c's
# program).
#
# Our kernel counts its resources before and after; that they are the same is one test more,
# `resources`.
set -euo pipefail

tree=$2
archive=$(mktemp)
trap 'rm -f "$archive"' EXIT
export TIMEOUT=${TIMEOUT:-1800}
mkdir -p "$tree/tmp"
chmod 1777 "$tree/tmp"

case $1 in
host) "$tree/bin/run-tests" "$tree/tests/list" </dev/null ;;
guest)
    : >"$tree/tests/none"
    tar --format=ustar -C "$tree" -cf "$archive" .
    run='run /bin/run-tests /tests/none; resources; run /bin/run-tests /tests/list; resources'
    INITFS=$archive RUN=$run tools/qemu.sh script | awk -f tests/process/left.awk
    ;;
linux)
    cp "$INIT" "$tree/init"
    (cd "$tree" && find . | cpio -o -H newc --quiet) >"$archive"
    # shellcheck disable=SC2086  # words
    bench/linux/boot.sh "$archive" ${QEMU_EXTRA:-}
    ;;
esac
