#!/bin/bash
# build.sh LINKS COMPONENT...: makes sure that components of the toolchain exist. A component is
# `host` or an architecture, which needs `host` as well.
#
# For each it leaves in the directory LINKS a symbolic link COMPONENT to where it is in the cache,
# and a file COMPONENT.stamp that changes exactly when that place does.
#
# The cache has one directory for each component and key, the key being a sum of all that the
# component is made from. A component is built in NAME-KEY.partial, step by step: an interrupted
# build goes on after its last finished step. When it is complete it is renamed to NAME-KEY.
# shellcheck source-path=SCRIPTDIR
set -euo pipefail
# Else a failure inside $(...) would go unnoticed.
shopt -s inherit_errexit

here=$(cd "$(dirname "$0")" && pwd)
. "$here/sources.sh"

fail() {
    echo "toolchain: $*" >&2
    exit 1
}

set_cache() {
    cache=${BACTRIAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/bactrian}
    case $cache in
    *[!A-Za-z0-9_./+-]*) fail "the cache's path '$cache' has characters that make cannot bear" ;;
    /*) ;;
    *) cache=$PWD/$cache ;;
    esac
    mkdir -p "$cache/locks"
}

# The names of an architecture's C compiler and of its binutils' prefix.
set_arch() {
    case $1 in
    host | x86_64) cross='' ;;
    aarch64 | riscv64) cross=$1-linux-gnu- ;;
    *) fail "there is no component '$1' (host, x86_64, aarch64, riscv64)" ;;
    esac
}

# A component's name in the cache, NAME-KEY. Whatever decides what comes out belongs into the sum;
# an architecture's needs host, the name of the host component.
name_of() {
    local sum
    set_arch "$1"
    sum=$(
        cd "$here"
        if [ "$1" = host ]; then
            cat pins host.sh bactrian-dune
        else
            echo "$host"
            cat pins target.sh bactrian-cc bactrian-dune gcc.specs musl-kernel/* include/*/*
        fi
        LC_ALL=C "${cross}gcc" --version
    ) || fail "${cross}gcc does not work"
    sum=$(echo "$sum" | sha256sum)
    echo "$1-${sum:0:12}"
}

exists() {
    [ -d "$cache/$1" ]
}

# list_steps COMPONENT: one line "STEP DESCRIPTION" each.
list_steps() {
    bash "$here/$(recipe_of "$1")" steps
}

recipe_of() {
    if [ "$1" = host ]; then echo host.sh; else echo target.sh; fi
}

# build COMPONENT NAME: runs the steps that are not done yet, then publishes.
build() {
    local component=$1 name=$2 partial=$cache/$2.partial step description
    set_arch "$component"
    exec 8>"$cache/locks/$name"
    # The steps inherit the lock: what a killed build leaves running must end before another goes
    # on.
    if ! flock -n 8; then
        echo "toolchain: waiting for another build of $component" >&2
        flock 8
    fi
    if exists "$name"; then
        count=$((count + $(list_steps "$component" | wc -l)))
        exec 8>&-
        return
    fi
    mkdir -p "$partial/done" "$partial/work"
    # The tree may change while this runs: all steps are to be those that the key stands for.
    if [ ! -d "$partial/recipe" ]; then
        rm -rf "$partial/recipe.new"
        cp -r "$here" "$partial/recipe.new"
        mv -T "$partial/recipe.new" "$partial/recipe"
    fi
    while read -r step description <&3; do
        count=$((count + 1))
        [ -f "$partial/done/$step" ] || run_step "$step" "$description"
    done 3< <(list_steps "$component")
    cp "$partial/log" "$partial/out/build.log"
    sync -f "$partial"
    mv -T "$partial/out" "$cache/$name"
    rm -rf "$partial"
    exec 8>&-
    link "$component" "$name"
}

# Runs one step of build's component in a clean environment: neither the settings of the make that
# may have called us nor a user's CFLAGS or OCAMLPARAM have a say.
run_step() {
    local start=$SECONDS log=$partial/log
    drop_unfinished
    printf '[%2d/%d] %s: %s ... ' "$count" "$total" "$component" "$2"
    # File times advance in ticks of up to 10 ms: what the step writes must be newer than this.
    touch "$partial/running"
    sleep 0.02
    echo "== $1" >>"$log"
    if ! env -i PATH="$PATH" HOME="${HOME:-/}" LC_ALL=C \
        HERE="$partial/recipe" WORK="$partial/work" OUT="$partial/out" PREFIX="$cache/$name" \
        JOBS="$jobs" \
        ARCH="$component" GCC="${cross}gcc" CROSS="$cross" HOST="$cache/$host" \
        OCAML="$ocaml" MUSL="$musl" \
        bash "$partial/recipe/$(recipe_of "$component")" "$1" >>"$log" 2>&1 </dev/null; then
        echo failed
        tail -n 25 "$log" >&2
        fail "$component: $2 failed; all output is in $log"
    fi
    sync -f "$partial"
    mv "$partial/running" "$partial/done/$1"
    echo "$((SECONDS - start)) s"
}

# A step that was cut off may have left half a file, which make would take for a whole one.
drop_unfinished() {
    [ -f "$partial/running" ] || return 0
    find "$partial/work" -type f -newer "$partial/running" -delete
}

# link COMPONENT NAME: leaves link and stamp as they are when they are right. Another run may be
# doing the same, so both are renamed into place.
link() {
    local target=$cache/$2
    if [ "$(readlink "$links/$1")" != "$target" ]; then
        ln -s "$target" "$links/$1.$$"
        mv -T "$links/$1.$$" "$links/$1"
    fi
    if [ "$(cat "$links/$1.stamp" 2>/dev/null)" != "$target" ]; then
        echo "$target" >"$links/$1.stamp.$$"
        mv "$links/$1.stamp.$$" "$links/$1.stamp"
    fi
}

# missing_of COMPONENT...: those that are not in the cache.
missing_of() {
    local component found=
    for component in "$@"; do
        case " $found " in *" $component "*) continue ;; esac
        exists "$(name_of "$component")" || found="$found $component"
    done
    echo "$found"
}

main() {
    local component missing groups='' total=0 count=0 jobs ocaml musl=''
    [ $# -ge 2 ] || fail "usage: build.sh LINKS COMPONENT..."
    links=$1
    shift
    umask 022
    mkdir -p "$links"
    set_cache
    for component in "$@"; do
        groups="$groups build-${component/host/x86_64}"
    done
    # shellcheck disable=SC2086 # group names are words
    "$here/packages.sh" $groups

    host=$(name_of host)
    missing=$(missing_of host "$@")
    if [ -n "$missing" ]; then
        jobs=${BACTRIAN_JOBS:-$(nproc)}
        trap 'echo; fail "interrupted; the next run goes on from here"' INT TERM
        ocaml=$(fetch ocaml)
        [ "$missing" = " host" ] || musl=$(fetch musl)
        echo "toolchain: building$missing into $cache (some minutes, only this once)"
        for component in $missing; do
            total=$((total + $(list_steps "$component" | wc -l)))
        done
        for component in $missing; do
            build "$component" "$(name_of "$component")"
        done
    fi
    for component in host "$@"; do
        link "$component" "$(name_of "$component")"
    done
}

# On one line and after everything else: this file may change while it runs.
main "$@"; exit
