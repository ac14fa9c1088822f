#!/usr/bin/env bash
# side_by_side.sh: what a block read and a frame cost here and in Linux, in the same QEMU on the same devices: lines of JSON, in
# which busy_ns are instructions. From the environment: CROSS, and what tools/qemu.sh wants.
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
    SMP=1 APPEND=drivers.watch=off RUN=$1 QEMU_EXTRA="$icount $2" TIMEOUT=300 tools/qemu.sh script | grep '^{'
}

# ---- Linux ----

linux=$(bench/linux/kernel.sh "$ARCH")
mkdir -p "$work/root/dev" "$work/root/proc"
cp -r "$linux/modules" "$work/root/modules"
"${CROSS}gcc" -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -static -o "$work/root/init" bench/linux/init.c
(cd "$work/root" && find . | cpio -o -H newc --quiet) >"$work/initrd"

# Its defences against other programs are off: ours has none of them inside the kernel either.
theirs() { # QEMU-ARGUMENTS
    local machine
    case $ARCH in
    x86_64) machine='qemu-system-x86_64 -M q35 -cpu max' console=ttyS0 ;;
    aarch64) machine='qemu-system-aarch64 -M virt -cpu max' console=ttyAMA0 ;;
    riscv64) machine='qemu-system-riscv64 -M virt -cpu rv64' console=ttyS0 ;;
    esac
    # shellcheck disable=SC2086  # words
    timeout 900 $machine -accel tcg -smp 1 -m 512 -display none -net none -no-reboot -serial stdio -monitor none $icount \
        -kernel "$linux/kernel" -initrd "$work/initrd" -append "console=$console quiet panic=-1 mitigations=off" $1 \
        </dev/null >"$work/log" 2>&1 || true
    tr -d '\r' <"$work/log" | grep '^{' || { tail -n 20 "$work/log" >&2 && return 1; }
}

for kind in virtio-blk nvme ahci; do
    ours 'disk bench disk0' "$disk $(device_of $kind)"
    theirs "$disk $(device_of $kind)"
done
ours 'net bench net0 net1' "$network"
theirs "$network"
