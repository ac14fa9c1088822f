# disks.sh: disks by NVMe and by AHCI. What every disk's driver lives through is in virtio_blk.sh.
# shellcheck shell=bash disable=SC2154  # drivers.sh sets the rest

two_namespaces() {
    echo "$(drive a 32) $(drive b 33) -device nvme,id=n,serial=first
        -device nvme-ns,drive=a,bus=n -device nvme-ns,drive=b,bus=n,logical_block_size=4096,physical_block_size=4096"
}

two_ports() {
    echo "$(drive a 32) $(drive b 33) -device ahci,id=a -device ide-hd,drive=a,bus=a.0 -device ide-hd,drive=b,bus=a.3"
}

# Two disks of one device, as one; as several queues; by messages and by a line; the driver's end in
# the middle.
on_device() { # NAME QEMU-ARGUMENTS PATTERN...
    local name=$1 arguments=$2 kills=
    shift 2
    for _ in 1 2 3 4; do
        kills="$kills sleep 0.1; drivers kill disk0; sleep 0.1; drivers kill disk1;"
    done
    for smp in 1 4; do
        append=
        run_case "$name: two disks" "$arguments" \
            'disk test disk0 8 &; disk test disk1 8 &; wait; disk; drivers' \
            '^disk0: 8 MiB written' '^disk1: 8 MiB written' ' 32 MiB ' ' 33 MiB ' \
            "^pci 00:.* +$name +running; 1 lives, 0 killed\$" "$@"
        append=sched.drivers=0-3
        run_case "$name: killed during a test" "$arguments" \
            "disk test disk0 16 &; disk test disk1 16 &; $kills wait; disk; drivers" \
            '^disk0: 16 MiB written' '^disk1: 16 MiB written' \
            'requests, [1-9][0-9]* replayed, 0 failed' "$name +running; [2-9] lives, [1-8] killed\$"
    done
    append=sched.drivers=0-3
    [ "$ARCH" != riscv64 ] ||
        run_case "$name: messages" "-machine aia=aplic-imsic $arguments" \
            'disk test disk0 8 &; disk test disk1 8 &; wait; rings' '^disk0: 8 MiB written' \
            '^disk1: 8 MiB written'
    [ "$ARCH" != aarch64 ] ||
        run_case "$name: its line" "-machine its=off,gic-version=3 $arguments" \
            'disk test disk0 8 &; disk test disk1 8 &; wait; rings' '^disk0: 8 MiB written' \
            '^disk1: 8 MiB written'
}

case_nvme() {
    on_device nvme "$(two_namespaces)" 'on pci .*, namespace 1;' 'on pci .*, namespace 2;'
}

case_ahci() {
    on_device ahci "$(two_ports)" 'on pci .*, port 0;' 'on pci .*, port 3;'
}

case_nvme_queues() {
    append=sched.drivers=0-3
    local machine=
    [ "$ARCH" != riscv64 ] ||
        machine='-machine aia=aplic-imsic' # the usual one has no messages: one queue
    run_case "nvme: four queues" "$machine $(drive a 64) -device nvme,serial=x,drive=a" \
        'disk test disk0 16; rings' \
        '^disk0: 16 MiB written' \
        '^disk0/0 +core 0  out [1-9]' '^disk0/1 +core 1  out [1-9]' '^disk0/2 +core 2  out [1-9]' \
        '^disk0/3 +core 3  out [1-9]'
}

# Every shape of a request, to disks with blocks of 512 and of 4096 bytes.
case_disk_shapes() {
    local shapes='[0-9]+ requests of all shapes right'
    run_case "nvme: all shapes" "$(two_namespaces)" 'disk shapes disk0; disk shapes disk1; disk' \
        "^disk0: $shapes; zeroes right, discards right" \
        "^disk1: $shapes; zeroes right, discards right"
    run_case "ahci: all shapes" "$(two_ports)" 'disk shapes disk0; disk' \
        "^disk0: $shapes; zeroes not offered, discards right"
    run_case "virtio-blk: all shapes" "$(drive a 32) -device virtio-blk-pci,drive=a" \
        'disk shapes disk0; disk' \
        "^disk0: $shapes; zeroes right, discards right"
}

# A drive of which some operations fail, as QEMU's blkdebug has them.
failing() { # NAME OPERATION WORDS
    printf '[inject-error]\nevent = "none"\niotype = "%s"\nerrno = "5"\nonce = "off"\n%s\n' "$2" \
        "$3" >"$work/bad.conf"
    echo "-drive if=none,id=$1,driver=blkdebug,config=$work/bad.conf,rerror=report,werror=report,image.driver=raw,image.file.driver=file,image.file.filename=$(image "$1" 32)"
}

# A sector that cannot be read: what fails is what has it, and nothing else.
with_bad_sector() { # NAME SECTOR
    failing "$1" read "sector = \"$2\""
}

# A flush reaches what is behind the disk: where that fails, each of a test's 32 does, and nothing
# else.
case_disk_flush() {
    local device drive
    drive=$(failing a flush '')
    for device in 'virtio-blk-pci,drive=a' 'virtio-blk-pci,disable-modern=on,drive=a' \
        'nvme,serial=x,drive=a' \
        'ahci,id=s -device ide-hd,drive=a,bus=s.0' \
        $([ "$ARCH" = x86_64 ] || echo virtio-blk-device,drive=a); do
        run_case "flush fails where the medium's does: ${device%,drive=*}" \
            "$drive -device $device" \
            'disk test disk0 1; disk; drivers' \
            '^disk: flush of block [0-9]+: the disk failed' \
            ' 288 requests, 0 replayed, 32 failed$' 'running; 1 lives'
    done
}

case_disk_errors() {
    local lines='disk test disk0 40; disk; disk shapes disk0; disk test disk0 1; disk; drivers'
    local found=('^disk: read of block 512: the disk failed' ' replayed, 1 failed$' \
        ' replayed, 2 failed$'
        '^disk: disk0: read of 8192 sectors at 0 in memory: the disk failed' \
            '^disk0: 1 MiB written' 'running; 1 lives')
    run_case "nvme: a sector that cannot be read" \
        "$(with_bad_sector a 4096) -device nvme,serial=x,drive=a" "$lines" "${found[@]}"
    run_case "ahci: a sector that cannot be read" \
        "$(with_bad_sector a 4096) -device ahci,id=s -device ide-hd,drive=a,bus=s.0" \
        "$lines" "${found[@]}"
}
