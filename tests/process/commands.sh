#!/usr/bin/env bash
# commands.sh: the monitor's commands about processes. From the environment: PROGRAMS (a folder with
# busybox and check-groups), and what tools/qemu.sh wants.
set -u

export BOOT=direct
# shellcheck source=tests/boot/verdicts.sh
. tests/boot/verdicts.sh

tree=$(mktemp -d)
trap 'rm -rf "$tree" "$tree.tar" "$log"' EXIT
mkdir -p "$tree/bin" "$tree/tmp"
cp "$PROGRAMS/busybox" "$PROGRAMS/check-groups" "$tree/bin"
tar --format=ustar -C "$tree" -cf "$tree.tar" .
export INITFS=$tree.tar

# The shell has ended when the monitor goes on: what it left is an orphan, whose parent is nobody.
# Its name changes as it begins.
boot 'processes; run busybox sh -c "sleep 1000 &"; processes'
expect "processes" 0 '^  pid  parent  state' \
    '^ +[0-9]+ +1  (runs|waits) +1 +[1-9][0-9]*  (sleep|busybox|exe)'
boot 'processes now'
expect "processes, misused" 2 '^usage: processes'

boot 'calls; run check-groups unknown_calls; calls'
expect "calls" 0 '^number +count  call of [a-z0-9_]+ ' '^others +3$'

total
