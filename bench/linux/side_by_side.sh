#!/usr/bin/env bash
# side_by_side.sh: what a block read and a frame cost here and in Linux, in the same QEMU on the
# same devices: lines of JSON, in which busy_ns are instructions. From the environment: CROSS, and
# what tools/qemu.sh wants.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
truncate -s 256M "$work/disk"

icount='-icount shift=0'
disk="-drive if=none,id=d,format=raw,file=$work/disk"
network='-netdev hubport,id=a,hubid=0 -netdev hubport,id=b,hubid=0 -device virtio-net-pci,netdev=a -device virtio-net-pci,netdev=b'

device_of() { # KIND
    case $1 in
    virtio-blk) echo '-device virtio-blk-pci,drive=d' ;;
    nvme) echo '-device nvme,serial=s,drive=d' ;;
    ahci) echo '-device ahci,id=s -device ide-hd,drive=d,bus=s.0' ;;
    esac
}

ours() { # LINE QEMU-ARGUMENTS
    SMP=1 APPEND=drivers.watch=off RUN=$1 QEMU_EXTRA="$icount $2" TIMEOUT=300 tools/qemu.sh \
        script | grep '^{'
}

# ---- Linux ----

linux=$(bench/linux/kernel.sh "$ARCH")
mkdir -p "$work/root/dev" "$work/root/proc"
cp -r "$linux/modules" "$work/root/modules"
"${CROSS}gcc" -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static \
    -o "$work/root/init" bench/linux/init.c
(cd "$work/root" && find . | cpio -o -H newc --quiet) >"$work/initrd"

theirs() { # QEMU-ARGUMENTS
    # shellcheck disable=SC2086  # words
    SMP=1 MEM=512 bench/linux/boot.sh "$work/initrd" $icount $1 >"$work/log" 2>&1 || true
    grep '^{' "$work/log" || { tail -n 20 "$work/log" >&2 && return 1; }
}

for kind in virtio-blk nvme ahci; do
    ours 'disk bench disk0' "$disk $(device_of $kind)"
    theirs "$disk $(device_of $kind)"
done
ours 'net bench net0 net1' "$network"
theirs "$network"
