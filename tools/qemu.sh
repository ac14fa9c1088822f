#!/usr/bin/env bash
# qemu.sh: boots the kernel in QEMU.
#
#   qemu.sh run       on this terminal; Ctrl-A X leaves QEMU
#   qemu.sh script    runs the lines in RUN: prints what stands between the kernel's markers, and
#                     exits with the last line's status (101: the kernel panicked, 124: it did not
#                     end in time)
#   qemu.sh debug     waits for gdb
#
# From the environment: ARCH, KERNEL, INITFS, BOOT (direct, uefi or bios), BOOT_DIRECT, BOOT_EFI,
# LIMINE, SMP, MEM, RUN, APPEND (further words for the kernel's command line), QEMU_EXTRA (further
# options), TIMEOUT (seconds, of script); TRACE (a file that gets what the kernel records of itself,
# docs/tracing.md) and TRACE_EXPORT (the program that makes it).
set -eu

mode=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
serial_log=$work/serial # with TRACE: all that comes over the serial line

# Records from the boot on, unless APPEND says how much.
if [ -n "${TRACE:-}" ]; then
    case " ${APPEND:-} " in
    *' trace='*) ;;
    *) APPEND="trace=65536${APPEND:+ $APPEND}" ;;
    esac
    export APPEND # tools/image.sh reads it too
fi

# The direct path's initrd: the kernel first, then its modules.
direct_archive() {
    cp "$KERNEL" "$work/kernel.elf"
    cp "$INITFS" "$work/initfs.tar"
    members="kernel.elf initfs.tar"
    if [ "$mode" = script ]; then
        printf '%s\n' "$RUN" >"$work/run"
        members="$members run"
    fi
    # shellcheck disable=SC2086  # members is a list
    tar --format=ustar -C "$work" -cf "$work/boot.tar" $members
}

machine_options() {
    case $ARCH in
    x86_64)
        qemu=qemu-system-x86_64
        options=(-M q35 -cpu max -device isa-debug-exit,iobase=0xf4,iosize=4) ;;
    aarch64)
        qemu=qemu-system-aarch64
        options=(-M virt -cpu max -semihosting-config enable=on,target=native) ;;
    riscv64)
        qemu=qemu-system-riscv64
        options=(-M virt,aclint=on -cpu rv64) ;;
    esac
    options+=(-accel tcg -smp "$SMP" -m "$MEM" -display none -net none -no-reboot)
}

boot_options() {
    if [ "$BOOT" = direct ]; then
        direct_archive
        options+=(-kernel "$BOOT_DIRECT" -initrd "$work/boot.tar")
        [ -z "${APPEND:-}" ] || options+=(-append "$APPEND")
    else
        # shellcheck source=tools/firmware.sh
        . tools/firmware.sh
        firmware_options
    fi
}

# isa-debug-exit ends QEMU with 2 * status + 1; the other machines give the status itself.
decode_status() {
    if [ "$ARCH" = x86_64 ] && [ "$1" -ne 124 ] && [ $(($1 % 2)) -eq 1 ]; then
        echo $((($1 - 1) / 2))
    else
        echo "$1"
    fi
}

# The serial line on standard input and output; with `mon`, the monitor beside it.
serial_options() {
    local log=
    [ -z "${TRACE:-}" ] || log=,logfile=$serial_log
    if [ "${1:-}" = mon ]; then
        options+=(-chardev "stdio,id=console,mux=on,signal=off$log" -serial chardev:console \
            -mon chardev=console)
    else
        options+=(-chardev "stdio,id=console$log" -serial chardev:console -monitor none)
    fi
}

# Ends with this status; before, with TRACE, makes that file. 1 when that fails and all else went
# well.
finish() {
    local status=$1
    if [ -n "${TRACE:-}" ] && ! "$TRACE_EXPORT" "$serial_log" "$TRACE" && [ "$status" -eq 0 ]; then
        status=1
    fi
    exit "$status"
}

# Prints what stands between the markers; a panic has no end marker and is shown to its end. With
# TRACE that file alone gets the trace.
between_markers() {
    tr -d '\r' | awk -v hide="${TRACE:+1}" '
        hide && sub(/---- bactrian: trace ----$/, "") { tracing = 1; if (shown && $0 != "") print }
        hide && /^---- bactrian: trace end ----$/ { tracing = 0; next }
        tracing { next }
        /^---- bactrian: end, status [0-9]+ ----$/ { ended = 1; shown = 0 }
        shown { print; fflush() }
        /^---- bactrian: run ----$/ { shown = 1; begun = 1 }
        { last[NR % 15] = $0 }
        END {
            if (begun) exit !ended
            print "the kernel never came to run the lines; the last it said:" > "/dev/stderr"
            for (i = NR - 14; i <= NR; i++) if (i > 0) print last[i % 15] > "/dev/stderr"
            exit 1
        }'
}

run_script() {
    serial_options
    set +e
    timeout "${TIMEOUT:-120}" "$qemu" "${options[@]}" </dev/null | between_markers
    status=("${PIPESTATUS[@]}")
    set -e
    result=$(decode_status "${status[0]}")
    # Without the end marker nothing was run to its end, whatever QEMU says.
    if [ "${status[1]}" -ne 0 ] && [ "$result" -eq 0 ]; then
        result=1
    fi
    finish "$result"
}

machine_options
boot_options
# shellcheck disable=SC2206  # further options are words
options+=(${QEMU_EXTRA:-})
case $mode in
run)
    serial_options mon
    set +e
    "$qemu" "${options[@]}"
    finish "$(decode_status $?)" ;;
script)
    run_script ;;
debug)
    echo "In another terminal: gdb-multiarch $KERNEL.debug -ex 'target remote 127.0.0.1:1234'" >&2
    serial_options mon
    "$qemu" "${options[@]}" -gdb tcp:127.0.0.1:1234 -S || true ;;
esac
