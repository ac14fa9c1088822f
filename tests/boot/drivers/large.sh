# large.sh: what takes long. 256 MiB at random to a disk of half a gibibyte, 32 requests at a time
# from four cores, each block read back and compared: by each kind of disk that the machine has.
# shellcheck shell=bash disable=SC2034,SC2154  # drivers.sh sets the rest

large() { # TITLE QEMU-ARGUMENTS
    append=sched.drivers=0-3 seconds=600
    run_case "256 MiB: $1" "$(drive a 512) $2" 'disk test disk0 256; disk; drivers' \
        '^disk0: 256 MiB written, [1-9][0-9]* MiB verified' \
        ' 512 MiB .* requests, 0 replayed, 0 failed$' 'running; 1 lives, 0 killed$'
    grep '^disk0: ' "$log"
}

# Where the machine's usual interrupt controller takes no messages, also with the one that does:
# then there are several queues.
long_disks() {
    large 'virtio-blk, PCI' '-device virtio-blk-pci,num-queues=4,drive=a'
    [ "$ARCH" = x86_64 ] ||
        large 'virtio-blk, registers in memory' \
        '-global virtio-mmio.force-legacy=false -device virtio-blk-device,drive=a'
    large NVMe '-device nvme,serial=x,drive=a'
    large AHCI '-device ahci,id=s -device ide-hd,drive=a,bus=s.0'
    [ "$ARCH" = riscv64 ] || return 0
    large 'virtio-blk, PCI, four queues' \
        '-machine aia=aplic-imsic -device virtio-blk-pci,num-queues=4,drive=a'
    large 'NVMe, four queues' '-machine aia=aplic-imsic -device nvme,serial=x,drive=a'
}
