#!/usr/bin/env bash
# build.sh SOURCE OUTPUT: one OCaml or C file into one static executable. An OCaml file may use
# unix, threads, str and runtime_events; what it names is linked.
#
# From the environment: OCAML (the target's compilers), CC, VARIANT (of OCaml's runtime; empty is
# the ordinary one).
set -euo pipefail

fail() {
    echo "program: $*" >&2
    exit 1
}

source=$1
output=$(realpath -m "$2")
[ -f "$source" ] || fail "$source: no such file"

# The libraries that hold the modules it names, those that others want first.
libraries() {
    local names
    names=" $("$OCAML/bin/ocamldep" -modules "$1" | cut -d : -f 2-) "
    case $names in
    *' Unix '* | *' UnixLabels '* | *' Thread '* | *' Event '* | *' Runtime_events '*) echo unix ;;
    esac
    case $names in *' Thread '* | *' Event '*) echo threads ;; esac
    case $names in *' Str '*) echo str ;; esac
    case $names in *' Runtime_events '*) echo runtime_events ;; esac
}

ocaml() {
    local library flags=()
    for library in $(libraries "$1"); do
        flags+=(-I "+$library" "$library.cmxa")
    done
    "$OCAML/bin/ocamlopt" -g -runtime-variant "$VARIANT" "${flags[@]}" -o "$output.new" "$1"
}

# What compilers leave beside a source stays out of its folder.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$(dirname "$output")"
case $source in
*.ml) cp "$source" "$work" && cd "$work" && ocaml "${source##*/}" ;;
*.c) "$CC" -std=gnu11 -D_GNU_SOURCE -g -O2 -Wall -Wextra -pthread -o "$output.new" "$source" -lm ;;
*) fail "$source: a program is one .ml or .c file" ;;
esac
mv "$output.new" "$output"
