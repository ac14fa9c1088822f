#!/usr/bin/env bash
# shells.sh ARCH OUTPUT: Debian's busybox-static and bash-static, as they are, into the folder
# OUTPUT: busybox, bash, and the names under which busybox can be called, busybox.links. Packages
# are downloaded once, into the cache that the toolchain is in.
set -euo pipefail

here=toolchain
cache=${BACTRIAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/bactrian}

fail() {
    echo "shells.sh: $*" >&2
    exit 1
}

# shellcheck source=toolchain/debian.sh
. "$here/debian.sh"

debian=$(debian_architecture "$1")
output=$2
pins=$PWD/user/shells.pins
packages=$cache/debian-$debian
names() { echo busybox-static bash-static; }

# They stand in the program one behind the other, `[` and `[[` first; before them there is something
# else.
applets() {
    tr '\n\0' ' \n' <"$1" | awk '
        $0 == "[[" { inside = 1; if (!seen["["]++) print "[" }
        $0 == "" { inside = 0 }
        inside && $0 != "busybox" && !seen[$0]++ { print }'
}

# download_pinned NAME: into the current folder, from the first of apt's archives that still has
# what shells.pins says.
download_pinned() {
    local architecture name path sum archive
    while read -r architecture name path sum; do
        [ "$architecture $name" = "$debian $1" ] || continue
        # shellcheck disable=SC2016 # apt replaces it
        for archive in $(apt-get indextargets --format '$(REPO_URI)' \
            'Created-By: Packages' 'Component: main' | sort -u); do
            /usr/lib/apt/apt-helper download-file "$archive$path" "$(basename "$path")" \
                "SHA256:$sum" >&2 && return
        done
    done <"$pins"
    return 1
}

(
    mkdir -p "$packages"
    flock 9
    cd "$packages"
    for name in $(names); do
        compgen -G "${name}_*.deb" >/dev/null ||
            download_packages "$debian" names || download_pinned "$name" ||
                fail "no archive of this machine's apt has $name for $1"
    done
) 9>"$cache/locks/debian-$debian"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in $(names); do
    dpkg-deb -x "$packages/${name}"_*.deb "$work"
done
mkdir -p "$output"
cp "$work/usr/bin/busybox" "$output/busybox"
cp "$work/usr/bin/bash-static" "$output/bash"
applets "$output/busybox" >"$output/busybox.links"
[ -s "$output/busybox.links" ] || fail "$output/busybox does not say what it can do"
