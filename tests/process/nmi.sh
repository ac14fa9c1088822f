#!/usr/bin/env bash
# nmi.sh NAME...: runs the programs check-NAME on our kernel while QEMU's monitor sends one
# non-maskable interrupt after the other to all cores, so that these come at any instruction: in
# user mode, in calls, where GS changes hands. x86_64. From the environment: what programs.sh wants.
set -eu

pipe=$(mktemp -d)
mkfifo "$pipe/monitor.in" "$pipe/monitor.out"
cat "$pipe/monitor.out" >"$pipe/said" & # keeps it open as well
reader=$!
{ # not before a program runs: firmware and loader have nobody to take one
    until grep -aq 'CPL=3' "$pipe/said"; do echo 'info registers -a' || exit 0; done
    while echo nmi; do :; done
} >"$pipe/monitor.in" 2>/dev/null &
writer=$!
trap 'kill "$reader" "$writer" 2>/dev/null || :; rm -rf "$pipe"' EXIT

status=0
QEMU_EXTRA="-chardev pipe,id=nmi,path=$pipe/monitor -mon chardev=nmi,mode=readline" \
    tests/process/programs.sh guest "$@" || status=$?
echo "# $(grep -ac nmi "$pipe/said") lines of the monitor" >&2
exit $status
