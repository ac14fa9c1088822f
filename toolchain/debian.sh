# shellcheck shell=bash disable=SC2154 # the caller sets here, this folder, and cache
# Debian's packages for any of our architectures, to look into: nothing is installed. From the
# archive that this machine's apt uses, whose signatures apt checks; of the suite that sources.sh
# names, which has all three. Sourced.

# shellcheck source=toolchain/sources.sh
. "$here/sources.sh"

# debian_architecture ARCH: what Debian calls it.
debian_architecture() {
    case $1 in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    riscv64) echo riscv64 ;;
    esac
}

use_archive() { # FILE:N
    rm -rf apt
    mkdir -p apt/sources apt/lists/partial apt/cache/archives/partial
    source_entry "${1%:*}" "${1##*:}"
    sed -i 's/^Types: deb-src/Types: deb/; s/^deb-src/deb/' apt/sources/*
}

# of_debian DEBIAN-ARCHITECTURE ARGUMENT...: apt-get as on a machine of that architecture with
# nothing installed.
of_debian() {
    local architecture=$1
    shift
    private_apt -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture" \
        -o Dir::State::status=/dev/null "$@"
}

# download_packages DEBIAN-ARCHITECTURE COMMAND [ARGUMENT...]: into the current folder, the packages
# that COMMAND prints, from the first archive that has them. COMMAND runs when apt's lists are those
# of the archive.
download_packages() {
    local entry packages architecture=$1
    shift
    for entry in $(apt_entries); do
        use_archive "$entry"
        # shellcheck disable=SC2046,SC2086 # names are words
        of_debian "$architecture" update >&2 && packages=$("$@") && [ -n "$packages" ] &&
            of_debian "$architecture" download $packages >&2 && rm -rf apt && return
    done
    rm -rf apt
    return 1
}
