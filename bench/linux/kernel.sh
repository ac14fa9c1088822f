#!/usr/bin/env bash
# kernel.sh ARCH: Debian's Linux for this architecture, to measure beside ours. Prints the folder
# that has it, as `kernel`, and `modules`, those that the measured devices need, in an order in
# which they can be loaded. Downloaded once, into the cache that the toolchain is in; from the
# archive that this machine's apt uses, whose signatures apt checks.
set -euo pipefail

here=toolchain
cache=${BACTRIAN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/bactrian}

fail() {
    echo "kernel.sh: $*" >&2
    exit 1
}

# shellcheck source=toolchain/debian.sh
. "$here/debian.sh"

debian=$(debian_architecture "$1")
folder=$cache/linux-$debian

# The package that the one without a version depends on.
package() {
    of_debian "$debian" -s -o Debug::NoLocking=1 \
        --no-install-recommends install "linux-image-$debian" 2>/dev/null |
        awk '$1 == "Inst" && $2 ~ /^linux-image-[0-9]/ { sub(/:.*/, "", $2); print $2; exit }'
}

download() {
    download_packages "$debian" package ||
        fail "no archive of this machine's apt has linux-image-$debian"
}

# ---- modules ----

wanted="virtio_blk virtio_net nvme ahci sd_mod af_packet virtio_pci virtio_mmio"
module() { find root -name "${1//[-_]/[-_]}.ko.xz"; }

# What one needs comes first; what there is none of is built in.
loaded=" "
load() { # NAME
    local file other
    file=$(module "$1")
    case $loaded in *" $1 "*) return ;; esac
    loaded="$loaded$1 "
    [ -n "$file" ] || return 0
    xz -dc "$file" >"unpacked.ko"
    for other in $(strings -a unpacked.ko | sed -n 's/^depends=//p' | tr ',' ' '); do
        load "$other"
    done
    number=$((number + 1))
    xz -dc "$file" >"modules/$(printf '%02d' "$number")-$1.ko"
}

unpack() {
    local name number=0
    dpkg-deb -x linux-image-*.deb root
    mkdir -p modules
    for name in $wanted; do
        load "$name"
    done
    cp root/boot/vmlinu[xz]-* kernel
    rm -rf root unpacked.ko linux-image-*.deb
}

if [ ! -f "$folder/kernel" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    (cd "$folder" && download && unpack) >&2 || {
        rm -rf "$folder"
        fail "could not get Linux for $1"
    }
fi
echo "$folder"
