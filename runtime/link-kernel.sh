#!/bin/sh
# link-kernel.sh OUTPUT OCAML_OBJECT [OBJECT...]: links a bootable kernel from one object of OCaml
# code (ocamlopt -output-obj), further objects and archives that it calls, the nucleus, the runtime,
# OCaml's C runtime and musl.
#
# From the environment: CROSS (tool prefix), OBJECTS (nucleus and runtime), SYSROOT (kernel musl),
# OCAML_LIB (where libasmrun is), VARIANT (of libasmrun: _kernel or _kerneld).
set -eu
output=$1
shift

# Relaxation, riscv64's alone, takes a minute for the kernel: its time grows with the square of the
# OCaml object.
relax=
case $CROSS in riscv64*) relax=-Wl,--no-relax ;; esac

# The runtime's objects come before libc.a: they replace some of its members.
# shellcheck disable=SC2086  # OBJECTS is a list
"${CROSS}gcc" -static -no-pie -nostdlib -nostartfiles \
    -Wl,-T,nucleus/kernel.ld -Wl,--build-id=none -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack \
    -Wl,--gc-sections -Wl,--wrap=caml_ml_domain_cpu_relax,--wrap=caml_atomic_cas,--wrap=caml_atomic_exchange \
    -Wl,--wrap=caml_ev_begin,--wrap=caml_ev_end,--wrap=caml_ev_counter \
    $relax -o "$output.debug" $OBJECTS "$@" \
    "$OCAML_LIB/libasmrun$VARIANT.a" "$SYSROOT/lib/libc.a" -lgcc
"${CROSS}objcopy" --strip-debug "$output.debug" "$output"
