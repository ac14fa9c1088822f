#!/usr/bin/env bash
# drivers.sh [NAME...]: drivers on QEMU's devices, on each machine. Every file of tests/boot/drivers
# is sourced, and then each function of theirs whose name begins with `case_` is called (with
# LONG=1: `long_`), or those of the names given. A case calls what stands here and in verdicts.sh.
# From the environment: what tools/qemu.sh wants.
set -u

export BOOT=direct
# shellcheck source=tests/boot/verdicts.sh
. tests/boot/verdicts.sh
work=$(mktemp -d)
trap 'rm -rf "$log" "$work"' EXIT

# What all boots of a case have: cores, the kernel's command line, seconds.
smp=4
append=
seconds=60

# Boots the machine with these options of QEMU's, runs the lines, and wants status 0 and each
# pattern.
run_case() { # TITLE QEMU-ARGUMENTS LINES PATTERN...
    local title=$1 arguments=$2 lines=$3
    shift 3
    boot "${lines//$'\n'/ }" SMP="$smp" APPEND="$append" TIMEOUT="$seconds" QEMU_EXTRA="$arguments"
    expect "$title, $smp cores" 0 "$@"
}

# A file of so many MiB for QEMU, empty (sparse) and always the same for a name.
image() { # NAME MIB
    rm -f "$work/$1.img"
    truncate -s "${2}M" "$work/$1.img"
    echo "$work/$1.img"
}

# QEMU's arguments for a drive called NAME, for `-device ...,drive=NAME`.
drive() { # NAME MIB
    echo "-drive if=none,id=$1,format=raw,file=$(image "$1" "$2")"
}

for file in tests/boot/drivers/*.sh; do
    # shellcheck source=/dev/null
    . "$file"
done
kind=${LONG:+long_}
kind=${kind:-case_}
cases=$(declare -F | awk -v "kind=^$kind" '$3 ~ kind { print $3 }')
for name in ${*:-${cases//$kind/}}; do
    smp=4 append='' seconds=60
    "$kind$name"
done
total
