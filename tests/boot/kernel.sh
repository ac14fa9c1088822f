#!/usr/bin/env bash
# kernel.sh: boots the kernel as `make run` does and reads what it says. From the environment: what
# tools/qemu.sh wants; with LIMINE (a Limine 8.x binary release) its files are tried too.
set -u

export BOOT=direct # whatever LIMINE would make of it
# shellcheck source=tests/boot/verdicts.sh
. tests/boot/verdicts.sh

facts=("^architecture +$ARCH\$" '^total +[0-9.]+ [MG]iB' '^minor +[0-9]+ collections' \
    "^Hello from Bactrian's boot module\.\$")

for size in "1 128" "4 128" "1 8192" "4 8192"; do
    read -r smp mem <<<"$size"
    boot 'machine; mem; gc; cat hello.txt' SMP="$smp" MEM="$mem"
    expect "facts, $smp cores, $mem MiB" 0 "${facts[@]}" "^cores +$smp\$"
done

boot 'cat hello.txt; nosuch; cat nosuch'
expect "the last line's status" 1 '^nosuch: no such command' '^cat: nosuch: no such file'
boot 'nosuch'
expect "an unknown command" 127 '^nosuch: no such command'
boot 'cat "hello.txt'
expect "a malformed line" 2 'is not closed'
boot 'ls; ls hello.txt; ls hello.txt/x'
expect "ls" 1 '^ +[0-9]+  hello.txt$' '^ls: hello.txt/x: not a directory'
boot 'poweroff 7'
expect "the exit status" 7

boot 'gc' APPEND='OCAMLRUNPARAM=s=64k'
expect "OCAMLRUNPARAM from the command line" 0 '^minor heap +512.0 KiB'
boot 'reboot'
says 'no way to reboot' || [ "$status" -ge 100 ]
verdict "reboot" $((1 - $?))

boot 'panic'
expect "panic" 101 '^\*\*\* panic: asked for in the monitor' '^core 0 of ' '^backtrace' \
    'Commands\.run.*kernel/commands.ml, line' 'Main\.entry.*kernel/main.ml, line' ' main\+'
boot 'panic fault'
expect "a fault" 101 '^\*\*\* panic: page fault: read.* near NULL' 'hal_power_fault' \
    'Commands\.run.*kernel/commands.ml, line' ' main\+'

# A fiber that breaks the rules ends alone where that is promised, and is named; the others run on.
for smp in 1 4; do
    boot 'misbehave raise; sched' SMP="$smp"
    expect "a fiber that raises, $smp cores" 0 '^fiber raise raised .*Misbehaved' \
        'neighbour is unharmed' '^1 fibers raised'
    boot 'misbehave loop' SMP="$smp"
    expect "a fiber that loops, $smp cores" 0 '^fiber loop raised .*Hog' \
        'misbehave.ml, line|misbehave.ml", line' 'neighbour is unharmed'
    boot 'misbehave memory; gc' SMP="$smp" MEM=128
    expect "a fiber that exhausts memory, $smp cores" 0 \
        '^fiber memory raised .*Out_of_memory|^fiber memory raised Out of memory' \
        'neighbour is unharmed'
    boot 'misbehave files; sched' SMP="$smp" MEM=256
    expect "a file that takes all memory, $smp cores" 0 'neighbour is unharmed' '^0 fibers raised'
    boot 'misbehave block; ps' SMP="$smp"
    expect "a fiber that waits for ever, $smp cores" 0 'neighbour is unharmed' ' block +waits'
    boot 'misbehave swallow' SMP="$smp"
    expect "a fiber that will not end, $smp cores" 101 '^\*\*\* panic: fiber swallow has swallowed'
    boot 'misbehave c' SMP="$smp"
    expect "a fiber that hogs in C, $smp cores" 101 '^\*\*\* panic: fiber c has held core'
done

boot 'soak 15' SMP=1
expect "soak, 1 core" 0 '^ok soak'
boot 'soak 15' SMP=4
expect "soak, 4 cores" 0 '^ok soak'

boot 'trace on; cores; trace off'
expect "trace" 0 'events recorded'
boot 'trace on 64; gc; trace off'
expect "trace, more than fits" 0 'the last 30 shown, [1-9][0-9]* overwritten'
boot 'trace off'
expect "trace, nothing recorded" 1 '^trace: nothing is recorded'
boot 'trace on 5'
expect "trace, too few" 1 '^trace: a core keeps 64 to 16777216 events'
boot 'trace on; trace on 5000'
expect "trace, another size" 1 '^trace: the buffers are there already, for 4096 events a core'
boot 'trace on 16777216' MEM=256
expect "trace, too many" 1 '^trace: there is no memory'
boot 'trace all'
expect "trace, misused" 2 '^usage: trace'

# The file of TRACE=FILE: as many cores, each with threads, collections and interrupts; nothing of
# it elsewhere.
traced() { # NAME CORES STATUS
    ok=0
    [ "$status" -eq "$3" ] || ok=1
    ! says '^(e|n|trace) [0-9]+ ' || ok=1
    "$TRACE_CHECK" "$log.json" "$2" >>"$log" 2>&1 || ok=1
    verdict "$1" "$ok"
    rm -f "$log.json"
}

for smp in 1 4; do
    boot 'machine; gc' SMP="$smp" TRACE="$log.json"
    traced "a trace in a file, $smp cores" "$smp" 0
done
boot 'gc; poweroff 7' TRACE="$log.json"
traced "a trace up to the end by a command" 4 7
boot 'gc; trace save; panic' TRACE="$log.json"
traced "a trace saved before a panic" 4 101
boot 'gc; panic' TRACE="$log.json"
traced "a trace up to a panic" 4 101
boot 'gc' TRACE="$log.json" APPEND='trace=many'
expect "a trace of no sensible size" 1 '^trace: .*no complete trace'
boot 'trace on; gc; trace save'
"$TRACE_EXPORT" "$log" "$log.json" >/dev/null 2>&1 && "$TRACE_CHECK" "$log.json" 4 >>"$log" 2>&1
verdict "a trace as text" $?
rm -f "$log.json"

# Tests inside the kernel: each counts, and that they came to their end.
inside() { # NAME LINES SETTING...
    local name=$1 run=$2
    shift 2
    boot "$run" TIMEOUT=300 "$@"
    sed -nE "s/^(ok|FAIL|skip) /\\1 $ARCH $name: /p" "$log"
    passed=$((passed + $(grep -c '^ok ' "$log")))
    failed=$((failed + $(grep -c '^FAIL ' "$log")))
    skipped=$((skipped + $(grep -c '^skip ' "$log")))
    expect "$name" 0 '^[0-9]+ passed, 0 failed(, [0-9]+ skipped)?$'
}

for smp in 1 4; do
    inside "test all, $smp cores" 'test all' SMP="$smp"
done

# Interrupt controllers and timers that the machine can have instead of its usual ones: QEMU's
# options, and what the kernel calls them.
case $ARCH in
x86_64) variants=('-global hpet.msi=on|interrupts +xAPIC') ;;
aarch64) variants=('-machine gic-version=3|interrupts +GICv3, ITS') ;;
riscv64)
    variants=('-machine aia=aplic|interrupts +APLIC' \
        '-machine aia=aplic-imsic|interrupts +APLIC, IMSIC'
        '-cpu rv64,sstc=off|clock .*SBI' '-machine aclint=off|interrupts .*by SBI') ;;
esac
interrupts='machine; test irq-line irq-alarm irq-level irq-mask irq-storm irq-remove irq-refusals msi-raise msi-store
    msi-device msi-mask msi-mask-race msi-all msi-last irq-strays timers'
for variant in "${variants[@]}"; do
    options=${variant%|*}
    for smp in 1 4; do
        inside "$options, $smp cores" "${interrupts//$'\n'/}" SMP="$smp" QEMU_EXTRA="$options"
        says "^${variant#*|}"
        verdict "$options, $smp cores, is what runs" $?
    done
done

boot 'machine; mem; gc; cat hello.txt' BOOT=uefi LIMINE=
expect "facts, by our UEFI loader" 0 "${facts[@]}" '^loader +Bactrian'
[ "$ARCH" != aarch64 ] || # the ITS, from ACPI's tables
    inside 'messages, by our UEFI loader' 'test msi-raise msi-last' BOOT=uefi \
        LIMINE= QEMU_EXTRA='-machine gic-version=3'
boot 'panic' BOOT=uefi LIMINE=
expect "panic, by our UEFI loader" 101 'Commands\.run.*kernel/commands.ml, line'

if [ -n "${LIMINE:-}" ]; then
    boot 'machine; mem; gc; cat hello.txt' BOOT=uefi
    expect "facts, by Limine under UEFI" 0 "${facts[@]}" '^loader +Limine 8'
    boot 'panic' BOOT=uefi
    expect "panic, by Limine under UEFI" 101 'Commands\.run.*kernel/commands.ml, line'
    if [ "$ARCH" = x86_64 ]; then
        boot 'machine; mem; gc; cat hello.txt' BOOT=bios
        expect "facts, by Limine under a BIOS" 0 "${facts[@]}" '^loader +Limine 8'
    fi
else
    skip "Limine's own files" "LIMINE=DIR is not given"
fi

# Typing at the prompt: editing, history, completion.
printf 'cat hellxy\b\177o.txt\rmach\t\r\033[A\033[A\rpoweroff 5\r' >"$log.keys"
(sleep 3; cat "$log.keys"; sleep 5) | timeout 30 tools/qemu.sh run >"$log" 2>&1
status=$?
rm -f "$log.keys"
[ "$(grep -c "^Hello from Bactrian's boot module" "$log")" -eq 2 ] &&
    says "^architecture +$ARCH" && [ "$status" -eq 5 ]
verdict "the prompt" $?

total
