# shellcheck shell=bash disable=SC2154 # sourced by run.sh
# What the installed component of one architecture promises.

arch=$subject
installed=$root/build/toolchain/$arch
kernel_cc=$installed/bin/$arch-bactrian-kernel-cc
emulator=
[ "$arch" = "$(uname -m)" ] || emulator=qemu-$arch
answer="150848 3 hey 0.841 true"

# link_program VARIANT [ARGUMENT...]: links program.ml, whose C is either flavour's.
link_program() {
    local variant=$1
    shift
    (
        cd "$scratch" && cp "$here/program.ml" . &&
            "$installed/bin/ocamlopt" -runtime-variant "$variant" -I +unix -I +threads -I +str \
                "$@" unix.cmxa threads.cmxa str.cmxa program.ml -o "program$variant"
    )
}

runs() {
    link_program "$@" && [ "$(cd "$scratch" && $emulator "./program$1" | tail -n 1)" = "$answer" ]
}

program_is_static() {
    link_program "" && file_says "statically linked" "$scratch/program" && links_low
}

# No interpreter and no dynamic section: what a static executable is.
file_says() {
    ! readelf -lW "$2" | grep -E 'INTERP|DYNAMIC'
}

links_low() {
    readelf -hW "$scratch/program" | grep -q 'Type: *EXEC'
}

kernel_links_high() {
    echo 'long kcall(long n) { return -n; }' >"$scratch/kcall.c" &&
        "$kernel_cc" -O2 -c "$scratch/kcall.c" -o "$scratch/kcall.o" &&
        link_program "_kernel$1" -cc "$kernel_cc" kcall.o \
            -ccopt -Wl,-Ttext-segment=0xffffffff80000000 &&
        readelf -hW "$scratch/program_kernel$1" | grep 'Entry point.*0xffffffff8'
}

# The kernel's flavour under Linux, with a kcall that makes the system call.
kernel_flavour_runs() {
    "$kernel_cc" -c "$here/kcall.S" -o "$scratch/linux_kcall.o" &&
        runs "_kernel$1" -cc "$kernel_cc" "$scratch/linux_kcall.o"
}

# System calls that bypass kcall are in the few functions that runtime/ replaces, or never used.
only_kcall() {
    local functions
    functions=$("${cross}objdump" -d "$installed/kernel/lib/libc.a" | awk '
        />:$/ && !/<\.L/ { name = $2 }
        $3 ~ /^(syscall|svc|ecall)$/ || $NF ~ /^(syscall|ecall)$/ { print name }' | sort -u)
    echo "$functions"
    [[ $functions == *"<__clone>"* ]] && ! grep -vE "$expected_functions" <<<"$functions"
}
expected_functions='^<(__clone|__unmapself|__syscall_cp_asm|__cp_begin|__cp_end|__set_thread_area|__restore(_rt)?|vfork)>:$'

# Nothing that is used or linked refers to the place where it was built. (riscv64's stdlib.a does,
# in its debug information: there ocamlopt does not tell the assembler about BUILD_PATH_PREFIX_MAP.)
no_scratch_path() {
    [ -x "$kernel_cc" ] && ! grep -rlF .partial "$installed/bin/$arch-bactrian-cc" "$kernel_cc" \
        "$installed/lib/ocaml/Makefile.config" "$installed/lib/ocaml/"lib*.a \
        "$installed/kernel/lib" "$installed/program/lib" &&
        ! "$installed/bin/ocamlopt" -config | grep -F .partial
}

futex_is_direct() {
    "${cross}nm" "$installed/lib/ocaml/libasmrun_kernel.a" 2>/dev/null | grep -w 'U syscall'
}

dune_builds() {
    cp -r "$here/dune-project" "$here/stubs" "$scratch" && cp "$here/program.ml" "$scratch/stubs" &&
        cd "$scratch" && "$installed/bin/dune" build --root . --build-dir "$scratch/dune" \
            ./stubs/main.exe &&
        readelf -hW "$scratch/dune/default/stubs/main.exe" | grep 'Type: *EXEC'
}

cross=
[ "$arch" = x86_64 ] || cross=$arch-linux-gnu-

check "$arch: ocamlopt links a static program" program_is_static
check "$arch: a kernel links in the top 2 GiB" kernel_links_high ""
check "$arch: a kernel with the debug runtime links there" kernel_links_high d
check "$arch: the kernel's libc makes no system call past kcall" only_kcall
check "$arch: the runtime uses futexes directly" futex_is_direct
check "$arch: no path of the build is left" no_scratch_path
check "$arch: dune builds OCaml with C stubs" dune_builds
if [ -z "$emulator" ] || command -v "$emulator" >/dev/null; then
    check "$arch: a program with domains, threads and unix runs" runs ""
    check "$arch: it runs on the debug runtime" runs d
    check "$arch: it runs on the kernel's runtime and libc" kernel_flavour_runs ""
    check "$arch: it runs on the kernel's debug runtime and libc" kernel_flavour_runs d
else
    skip "$arch: programs run" "no $emulator"
fi
