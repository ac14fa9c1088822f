#!/bin/bash
# The host component: OCaml for this machine. It builds the cross compilers, the host's tools and the
# unit tests. `host.sh steps` lists the steps, `host.sh STEP` takes one; build.sh calls it.
#
# Environment: OCAML (its tarball), HERE (this directory), WORK (scratch directory), OUT (where to
# install), PREFIX (where OUT will be moved to), JOBS.
set -euo pipefail

tree=${WORK-}/ocaml

steps() {
    cat <<'LIST'
configure unpack and configure OCaml
runtime bytecode runtime and standard library
bytecode native-code compiler, as bytecode
stdlib native runtime and standard library
compiler native-code compiler, as native code
tools the other compilers and tools
libraries unix, str, systhreads, runtime_events
finish install and check
LIST
}

# Upstream's flags ask for -principal, all warnings and annotations: right for work on the compiler,
# but no part of the result, and they double the time.
compiler_make() {
    make -C "$tree" -j"$JOBS" OC_COMMON_COMPFLAGS="-g -absname -strict-sequence -w -a" "$@"
}

step_configure() {
    rm -rf "$tree"
    mkdir -p "$tree"
    tar -C "$tree" --strip-components=1 -xzf "$OCAML"
    cd "$tree"
    ./configure --prefix="$PREFIX" --disable-shared --disable-ocamldoc --disable-debugger \
        --disable-ocamltest --disable-debug-runtime --disable-instrumented-runtime \
        --disable-stdlib-manpages --without-zstd
}

step_runtime() {
    compiler_make coldstart
    compiler_make runtime
}

# Made by the compiler in boot/: the sources are its own, so a second bytecode compiler, as upstream
# builds it to bootstrap, would differ in nothing.
step_bytecode() {
    compiler_make ocamlopt
}

step_stdlib() {
    compiler_make runtime/libasmrun.a runtime/libcomprmarsh.a
    make -C "$tree/stdlib" -j"$JOBS" allopt \
        OCAMLRUN=../boot/ocamlrun CAMLC="../boot/ocamlrun ../boot/ocamlc"
}

step_compiler() {
    compiler_make ocamlopt.opt
}

native_make() {
    compiler_make CAMLOPT="$tree/ocamlopt.opt -nostdlib -I stdlib" "$@"
}

step_tools() {
    # In two goes: the lexer generator does not say that it needs the parser generator.
    native_make ocamlc.opt yacc/ocamlyacc
    native_make lex/ocamllex.opt tools/ocamldep.opt tools/ocamlobjinfo.opt
    # Upstream has this one as bytecode only.
    cd "$tree"
    ./ocamlopt.opt -nostdlib -I stdlib -I runtime -I utils -I tools compilerlibs/ocamlcommon.cmxa \
        tools/ocamlmklib.mli tools/ocamlmklib.ml -o tools/ocamlmklib.opt
}

libraries="unix str systhreads runtime_events"

step_libraries() {
    for library in $libraries; do
        make -C "$tree/otherlibs/$library" -j"$JOBS" all allopt \
            CAMLC="$tree/ocamlc.opt -nostdlib -I ../../stdlib -I ../unix" \
            CAMLOPT="$tree/ocamlopt.opt -nostdlib -I ../../stdlib -I ../unix" \
            MKLIB="$tree/tools/ocamlmklib.opt"
    done
}

step_finish() {
    rm -rf "$OUT" "$WORK/dest"
    cd "$tree"
    dest=$WORK/dest$PREFIX
    mkdir -p "$dest/bin" "$dest/lib/ocaml/caml" "$dest/lib/ocaml/stublibs"
    install runtime/ocamlrun yacc/ocamlyacc "$dest/bin"
    for tool in ocamlc ocamlopt lex/ocamllex tools/ocamldep tools/ocamlmklib tools/ocamlobjinfo; do
        install "$tool.opt" "$dest/bin"
        ln -s "${tool##*/}.opt" "$dest/bin/${tool##*/}"
    done
    strip --strip-debug "$dest"/bin/ocaml*.opt
    install -m 644 runtime/caml/*.h runtime/caml/domain_state.tbl "$dest/lib/ocaml/caml"
    install -m 644 Makefile.config runtime/ld.conf runtime/libcamlrun.a runtime/libasmrun.a \
        runtime/libcomprmarsh.a "$dest/lib/ocaml"
    make -C stdlib install installopt DESTDIR="$WORK/dest"
    for library in $libraries; do
        make -C "otherlibs/$library" install installopt DESTDIR="$WORK/dest"
    done
    install "$HERE/bactrian-dune" "$dest/bin/dune"
    # For the debugger, and for the tests, which run upstream's testsuite.
    mkdir -p "$dest/src/ocaml"
    tar -C "$dest/src/ocaml" --strip-components=1 -xzf "$OCAML" package/LICENSE package/VERSION \
        package/runtime package/stdlib package/otherlibs package/testsuite
    check "$dest"
    mv "$dest" "$OUT"
}

# A program with a thread, compiled by what was just installed.
check() {
    mkdir -p "$WORK/check"
    cd "$WORK/check"
    cat >hello.ml <<'ML'
let () = Thread.join (Thread.create (fun () -> Unix.sleepf 0.001; print_string "hello\n") ())
ML
    OCAMLLIB=$1/lib/ocaml "$1/bin/ocamlopt" -I +unix -I +threads unix.cmxa threads.cmxa \
        hello.ml -o hello
    [ "$(./hello)" = hello ]
}

case $1 in
steps) steps ;;
*) "step_$1" ;;
esac
