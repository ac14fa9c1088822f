#!/usr/bin/env bash
# objects.sh: what runs in a trap may use no FP or SIMD register, no thread-local variable, and no
# function of the C library's (DESIGN.md 3, hard rule 2). Reads the nucleus's and the runtime's
# compiled objects.
#
# And no driver names an address or an interrupt (DESIGN.md 5): it has what Device gives it.
#
# From the environment: ARCH, CROSS, NUCLEUS_OBJECTS, RUNTIME_OBJECTS.
set -u

passed=0 failed=0

verdict() { # NAME FINDINGS
    if [ -z "$2" ]; then
        passed=$((passed + 1))
        echo "ok $ARCH $1"
    else
        failed=$((failed + 1))
        echo "FAIL $ARCH $1:"
        printf '%s\n' "$2" | head -n 20 | sed 's/^/    /'
    fi
}

# Operands or mnemonics that name FP or SIMD registers, in objdump's words.
case $ARCH in
x86_64) fp='%([xyz]mm[0-9]|st\b)' ;;
aarch64) # branches name their targets in hexadecimal: b0, d8
    fp='[[:space:],{[](v[0-9]+\.|[qdshb][0-9]+[,[:space:]]|[qdshb][0-9]+$)' ;;
riscv64) fp='[[:space:]](f(l|s)[wdq]|c\.f[a-z]+|f[a-z]+\.[swdlq][a-z.]*)[[:space:]]' ;;
esac

fp_uses() {
    for object in $NUCLEUS_OBJECTS $RUNTIME_OBJECTS; do
        # arch_fp_save and arch_fp_restore are there to touch them.
        "${CROSS}objdump" -d --no-show-raw-insn "$object" |
            awk '/^[0-9a-f]+ <.*>:$/ { name = $2 } name !~ /arch_fp_/ && $2 !~ /^(b|bl|b\..*|cbn?z|tbn?z|adrp?|\.word|\.inst)$/ { print FILENAME name, $0 }' |
            grep -E -- "$fp" | sed "s|^|${object##*/} |"
    done
}

# Nucleus functions may call each other, and what the linker script and runtime/ define for them.
foreign_symbols() {
    # shellcheck disable=SC2086
    "${CROSS}nm" $NUCLEUS_OBJECTS | awk '
        NF == 3 { defined[$3] = 1 }
        NF == 2 && $1 == "U" { used[$2] = 1 }
        END { for (s in used) if (!(s in defined)) print s }' |
        grep -vxE '(text|rodata|data|fixups|eh_frame)_(start|end)|__global_pointer\$|runtime_start|panic_ocaml_frames|trace_gc_names'
}

# Of the runtime only the probes have handlers of their own; the rest runs in threads, never in a
# trap.
thread_locals() {
    for object in $NUCLEUS_OBJECTS $(printf '%s\n' $RUNTIME_OBJECTS | grep /hal/probe); do
        "${CROSS}objdump" -r "$object" | grep -E 'TLS|TPOFF|TPREL' | sed "s|^|${object##*/} |"
    done
}

# Of kernel/drivers, all but the two modules that turn rights into what drivers are given. In the
# sources, as objects have what was inlined.
addresses_named() {
    find kernel/drivers -name '*.ml' ! -name device.ml ! -name line.ml -exec \
        grep -nE '\<(Physical|Hal\.Interrupt\.[a-z]|Line\.claim)|^open Hal\.(Physical|Interrupt)' \
        {} +
}

verdict "no FP register in the nucleus and the runtime" "$(fp_uses)"
verdict "no thread-local variable in the nucleus" "$(thread_locals)"
verdict "no function of the C library in the nucleus" "$(foreign_symbols)"
verdict "no driver names an address" "$(addresses_named)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
