#!/bin/sh
# packages.sh GROUP...: makes sure that the Debian packages of each GROUP are installed.
#
# Costs one dpkg-query when nothing is missing. Otherwise it refreshes apt's lists once and installs
# what is missing, through sudo where needed and possible; where it is not possible it prints one
# line that names the packages and exits with 1.
#
# Groups: build-ARCH run-ARCH uefi-ARCH (ARCH: x86_64 aarch64 riscv64), image, test, test-acpi,
# test-fdt, test-crypto, debug, bench-linux.
set -eu

fail() {
    echo "packages: $*" >&2
    exit 1
}

# Everything is installed without recommended packages, so each group names what it really needs.
packages_of_group() {
    case $1 in
    build-x86_64) echo "$build_common" ;;
    build-aarch64) echo "$build_common gcc-aarch64-linux-gnu binutils-aarch64-linux-gnu" ;;
    build-riscv64) echo "$build_common gcc-riscv64-linux-gnu binutils-riscv64-linux-gnu" ;;
    # seabios holds the VGA ROM as well; ipxe-qemu the option ROM that QEMU's network cards load.
    run-x86_64) echo "qemu-system-x86 seabios ipxe-qemu" ;;
    run-aarch64) echo "qemu-system-arm ipxe-qemu" ;;
    run-riscv64) echo "qemu-system-misc opensbi ipxe-qemu" ;;
    uefi-x86_64) echo "ovmf" ;;
    uefi-aarch64) echo "qemu-efi-aarch64" ;;
    uefi-riscv64) echo "u-boot-qemu" ;;
    image) echo "mtools gdisk xorriso" ;;
    test) echo "gcc libc6-dev" ;;
    test-acpi) echo "acpica-tools" ;;
    test-fdt) echo "device-tree-compiler" ;;
    test-crypto) echo "gcc libc6-dev nettle-dev libargon2-dev valgrind" ;;
    debug) echo "gdb-multiarch" ;;
    bench-linux) echo "cpio xz-utils libc6-dev libc6-dev-arm64-cross libc6-dev-riscv64-cross" ;;
    *)
        fail "unknown group '$1' (build-ARCH run-ARCH uefi-ARCH image test test-acpi test-fdt" \
            "test-crypto debug bench-linux)"
        ;;
    esac
}

# npm may have come with a Node.js that is not Debian's: then Debian's npm is neither needed nor
# installable beside it.
build_common="gcc libc6-dev make binutils ca-certificates ocaml-dune"
command -v npm >/dev/null || build_common="$build_common npm"

# Prints those of the given packages that are not installed.
missing_of() {
    installed=$(dpkg-query -W -f '${Package}:${db:Status-Status}\n' "$@" 2>/dev/null) || true
    for package in "$@"; do
        case "
$installed
" in
        *"
$package:installed
"*) ;;
        *) printf ' %s' "$package" ;;
        esac
    done
}

# Sets sudo to what runs a command as root, or fails with the line that says what to install by
# hand.
find_sudo() {
    if [ "$(id -u)" = 0 ]; then
        sudo=
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        sudo=sudo
    else
        fail "please install:$missing"
    fi
}

apt() {
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 "$@"
}

[ $# -gt 0 ] || fail "usage: packages.sh GROUP..."
wanted=
for group in "$@"; do
    of_group=$(packages_of_group "$group")
    for package in $of_group; do
        case "$wanted " in
        *" $package "*) ;;
        *) wanted="$wanted $package" ;;
        esac
    done
done
command -v dpkg-query >/dev/null || fail "this is not a Debian system; please install:$wanted"
# shellcheck disable=SC2086 # package names are words
missing=$(missing_of $wanted)
[ -n "$missing" ] || exit 0

# One installation at a time: the loser finds the packages installed.
exec 9<"$0"
flock 9
# shellcheck disable=SC2086
missing=$(missing_of $wanted)
[ -n "$missing" ] || exit 0

find_sudo
echo "packages: installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A list that cannot be refreshed is no reason to stop: the old one may do.
apt update >"$log" 2>&1 9<&- ||
    echo "packages: apt-get update failed, trying with the old lists" >&2
# shellcheck disable=SC2086
if ! apt install --no-install-recommends $missing >"$log" 2>&1 9<&-; then
    tail -n 20 "$log" >&2
    fail "could not install:$missing"
fi
