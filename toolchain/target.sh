#!/bin/bash
# The component of one architecture: musl in two flavours, C compilers for both, and OCaml compilers
# with the runtime in four builds. `target.sh steps` lists the steps, `target.sh STEP` takes one;
# build.sh calls it.
#
# Environment: ARCH, GCC (its C compiler), CROSS (prefix of its binutils), OCAML and MUSL (tarballs),
# HOST (the host component); HERE, WORK, OUT, PREFIX and JOBS as in host.sh.
set -euo pipefail

tree=${WORK-}/ocaml
triplet=${ARCH-}-bactrian-linux-musl
program_cc=${OUT-}/bin/${ARCH-}-bactrian-cc
kernel_cc=${OUT-}/bin/${ARCH-}-bactrian-kernel-cc

steps() {
    cat <<'LIST'
musl_kernel musl for the kernel
musl_program musl for programs
configure unpack and configure OCaml
compiler OCaml compilers
runtime_program OCaml runtime for programs
runtime_kernel OCaml runtime for the kernel
stdlib OCaml standard library
libraries unix, str, systhreads, runtime_events
finish install and check
LIST
}

# Frame pointers are what a panic's backtrace follows; unwind tables are for the interrupted frame,
# where a frame pointer may not be set up yet. Neither is every architecture's default.
common_cflags() {
    case $ARCH in
    x86_64) printf %s "-mno-red-zone -fcf-protection=none " ;;
    aarch64) printf %s "-mno-outline-atomics " ;;
    riscv64) printf %s "-mcmodel=medany " ;;
    esac
    echo "-fno-omit-frame-pointer -fasynchronous-unwind-tables -ffunction-sections" \
        "-fdata-sections -fno-stack-protector"
}

kernel_cflags() {
    case $ARCH in
    x86_64) printf %s "-mcmodel=kernel " ;;
    esac
    echo "-fno-pie -no-pie $(common_cflags)"
}

# OCaml's libraries have one build of their C for both flavours: position-independent code is what
# links on x86_64 at either end of the address space.
library_cflags() {
    echo "-fpie $(common_cflags)"
}

program_cflags="-fno-omit-frame-pointer -fno-pie -no-pie"

# musl FLAVOUR CC CFLAGS: builds musl into $OUT/FLAVOUR.
musl() {
    build=$WORK/musl-$1
    rm -rf "$build" "${OUT:?}/$1"
    mkdir -p "$build" "$OUT"
    tar -C "$build" --strip-components=1 -xzf "$MUSL"
    cd "$build"
    # Without CROSS_COMPILE musl takes the prefix from --target, and there is no x86_64-ar.
    CC=$2 CFLAGS="-O2 $3" AR="${CROSS}ar" RANLIB="${CROSS}ranlib" \
        ./configure --target="$ARCH" --prefix="$OUT/$1" --disable-shared --disable-wrapper
    # Not Scrt1.o and rcrt1.o: they are always PIC, which gcc refuses with -mcmodel=kernel.
    make -j"$JOBS" AR="${CROSS}ar" RANLIB="${CROSS}ranlib" lib/libc.a lib/crt1.o lib/crti.o \
        lib/crtn.o lib/libm.a lib/librt.a lib/libpthread.a lib/libdl.a lib/libutil.a
    make install-headers
    mkdir "$OUT/$1/lib"
    cp lib/*.[ao] "$OUT/$1/lib"
    cp COPYRIGHT "$OUT/$1"
    cp -r "$HERE/include/." "$OUT/$1/include"
}

# compiler_wrapper NAME FLAVOUR CFLAGS
compiler_wrapper() {
    mkdir -p "$OUT/bin"
    sed -e "s|@ARCH@|$ARCH|g" -e "s|@FLAVOUR@|$2|g" -e "s|@GCC@|$GCC|" -e "s|@CFLAGS@|$3|" \
        "$HERE/bactrian-cc" >"$OUT/bin/$1"
    chmod 755 "$OUT/bin/$1"
    cp "$HERE/gcc.specs" "$OUT/gcc.specs"
}

step_musl_kernel() {
    cflags=$(kernel_cflags)
    # The override must come before musl's own directories, which only CC does.
    musl kernel "$GCC -I$HERE/musl-kernel" "$cflags"
    compiler_wrapper "$ARCH-bactrian-kernel-cc" kernel "$cflags"
}

step_musl_program() {
    musl program "$GCC" "$program_cflags"
    compiler_wrapper "$ARCH-bactrian-cc" program "$program_cflags"
}

step_configure() {
    rm -rf "$tree" "$tree-kernel"
    mkdir -p "$tree"
    tar -C "$tree" --strip-components=1 -xzf "$OCAML"
    cd "$tree"
    # The vendor in the triplet keeps configure in cross mode on x86_64 too; no binutils carry it in
    # their names, so all of them are given.
    ./configure --build=x86_64-pc-linux-gnu --host="$triplet" --prefix="$PREFIX" \
        CC="$program_cc" AS="${CROSS}as" AR="${CROSS}ar" RANLIB="${CROSS}ranlib" \
        STRIP="${CROSS}strip" LD="${CROSS}ld" DIRECT_LD="${CROSS}ld" NM="${CROSS}nm" \
        --disable-shared --disable-ocamldoc --disable-debugger --disable-ocamltest \
        --disable-instrumented-runtime --disable-stdlib-manpages --without-zstd
    grep -q 'define HAS_LINUX_FUTEX_H' runtime/caml/s.h
    # The compilers are to call what will be installed, not what is there now.
    sed -i "s|$OUT|$PREFIX|g" utils/config.generated.ml
    grep -q "c_compiler = .*$PREFIX/bin" utils/config.generated.ml
    # Both flavours have the same headers, so what configure found holds for the kernel's runtime too.
    cp -r "$tree" "$tree-kernel"
}

# Runs make in the tree with the host's compilers in place of those that the tree would bootstrap.
cross_make() {
    directory=$1
    shift
    make -C "$tree/$directory" -j"$JOBS" \
        OCAMLRUN="$HOST/bin/ocamlrun" NEW_OCAMLRUN="$HOST/bin/ocamlrun" \
        OCAMLYACC="$HOST/bin/ocamlyacc" BOOT_OCAMLLEX="$HOST/bin/ocamllex" \
        BEST_OCAMLLEX="$HOST/bin/ocamllex" BEST_OCAMLDEP="$HOST/bin/ocamldep" "$@"
}

# Must come before the runtimes: the tree says -I runtime, and the host's ocamlopt would link the
# target's libasmrun.a from there.
step_compiler() {
    cp "$HOST/lib/ocaml/libcomprmarsh.a" "$tree/runtime/"
    cp "$HOST/lib/ocaml/libcomprmarsh.a" "$tree/stdlib/"
    # ocamlopt as bytecode is a prerequisite of every .cmx, for no use here: an empty file stands in.
    touch -d @1 "$tree/ocamlopt"
    cross_make . ocamlc.opt ocamlopt.opt tools/ocamlobjinfo.opt \
        -o runtime/libcomprmarsh.a -o stdlib/libcomprmarsh.a -o ocamlopt \
        OC_COMMON_COMPFLAGS="-g -absname -strict-sequence -w -a" \
        CAMLC="$HOST/bin/ocamlc" CAMLOPT="$HOST/bin/ocamlopt"
    # Upstream has this one as bytecode only.
    cd "$tree"
    "$HOST/bin/ocamlopt" -I utils -I tools compilerlibs/ocamlcommon.cmxa \
        tools/ocamlmklib.mli tools/ocamlmklib.ml -o tools/ocamlmklib.opt
}

# For what ends up in kernels and programs: debug information without this machine's paths.
# (Absolute names: relative ones are joined to themselves by readers of DWARF 5.)
prefix_map() {
    echo "-ffile-prefix-map=$1=/ocaml -ffile-prefix-map=$OUT=/bactrian"
}

# runtime TREE CC: builds the native runtime and its debug variant in TREE. LIBDIR is compiled in.
runtime() {
    cc="$2 $(prefix_map "$1")"
    make -C "$1" -j"$JOBS" runtime/libasmrun.a runtime/libasmrund.a \
        CC="$cc" ASPP="$cc -c" LIBDIR=/lib/ocaml \
        SAK_CC=gcc SAK_CFLAGS=-O2 SAK_LINK="gcc -o \$(1) \$(2)"
}

step_runtime_program() {
    runtime "$tree" "$program_cc"
}

step_runtime_kernel() {
    runtime "$tree-kernel" "$kernel_cc"
}

step_stdlib() {
    BUILD_PATH_PREFIX_MAP="/ocaml=$tree" cross_make stdlib all allopt \
        CAMLC="$tree/ocamlc.opt" CAMLOPT="$tree/ocamlopt.opt" OPTCOMPILER="$tree/ocamlopt.opt"
}

libraries="unix str systhreads runtime_events"

step_libraries() {
    for library in $libraries; do
        BUILD_PATH_PREFIX_MAP="/ocaml=$tree" cross_make "otherlibs/$library" all allopt \
            CC="$program_cc $(library_cflags) $(prefix_map "$tree")" \
            CAMLC="$tree/ocamlc.opt -nostdlib -I ../../stdlib -I ../unix" \
            CAMLOPT="$tree/ocamlopt.opt -nostdlib -I ../../stdlib -I ../unix" \
            MKLIB="$tree/tools/ocamlmklib.opt"
    done
}

step_finish() {
    rm -rf "$WORK/dest" "${OUT:?}/lib"
    cd "$tree"
    dest=$WORK/dest$PREFIX
    mkdir -p "$dest/bin" "$dest/lib/ocaml/caml" "$dest/lib/ocaml/stublibs"
    cp -P "$HOST"/bin/ocamllex* "$HOST"/bin/ocamldep* "$HOST/bin/ocamlyacc" "$OUT/bin"
    install "$HERE/bactrian-dune" "$OUT/bin/dune"
    for tool in ocamlc ocamlopt tools/ocamlmklib tools/ocamlobjinfo; do
        install "$tool.opt" "$OUT/bin"
        ln -sf "${tool##*/}.opt" "$OUT/bin/${tool##*/}"
    done
    install -m 644 runtime/caml/*.h runtime/caml/domain_state.tbl "$dest/lib/ocaml/caml"
    strip --strip-debug "$OUT"/bin/ocaml*.opt
    sed "s|$OUT|$PREFIX|g" Makefile.config >"$dest/lib/ocaml/Makefile.config"
    for variant in "" d; do
        install -m 644 "runtime/libasmrun$variant.a" "$dest/lib/ocaml"
        install -m 644 "$tree-kernel/runtime/libasmrun$variant.a" \
            "$dest/lib/ocaml/libasmrun_kernel$variant.a"
    done
    make -C stdlib install installopt DESTDIR="$WORK/dest"
    for library in $libraries; do
        make -C "otherlibs/$library" install installopt DESTDIR="$WORK/dest"
    done
    mv "$dest/lib" "$OUT/lib"
    check
}

# Each build of the runtime must link: into a program, and into a kernel in the top 2 GiB.
check() {
    mkdir -p "$WORK/check"
    cd "$WORK/check"
    cat >hello.ml <<'ML'
let () = Thread.join (Thread.create (fun () -> Unix.sleepf 0.001; print_string "hello\n") ())
ML
    echo 'long kcall(long n) { return -n; }' >kcall.c
    "$kernel_cc" -O2 -c kcall.c
    export OCAMLLIB=$OUT/lib/ocaml
    for variant in "" d; do
        "$OUT/bin/ocamlopt" -cc "$program_cc" -runtime-variant "$variant" -I +unix -I +threads \
            unix.cmxa threads.cmxa hello.ml -o "hello$variant"
        "$OUT/bin/ocamlopt" -cc "$kernel_cc" -runtime-variant "_kernel$variant" -I +unix \
            -I +threads kcall.o unix.cmxa threads.cmxa hello.ml \
            -ccopt -Wl,-Ttext-segment=0xffffffff80000000 -o "kernel$variant"
    done
    [ "$ARCH" != x86_64 ] || [ "$(./hello)" = hello ]
}

case $1 in
steps) steps ;;
*) "step_$1" ;;
esac
