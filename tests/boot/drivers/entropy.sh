# entropy.sh: sources of random bytes by each way to reach them; a driver that ends is followed by
# one that gives bytes again.
# shellcheck shell=bash disable=SC2154  # drivers.sh sets the rest

entropy_lines='sleep 0.3; entropy; drivers kill entropy0; sleep 0.3; entropy; drivers; rings'

# By this device: 64 bytes in each of two lives.
gives_entropy() { # TITLE QEMU-ARGUMENTS
    run_case "virtio-rng: $1" "$2" "$entropy_lines" '^entropy0 +64 bytes on' \
        '^entropy0 +128 bytes on' \
        '^128 bytes mixed in' 'virtio-rng +running; 2 lives, 1 killed$' '^entropy0 +core . +out 1 '
}

case_entropy() {
    gives_entropy modern '-device virtio-rng-pci,disable-legacy=on'
    gives_entropy 'legacy, without messages' '-device virtio-rng-pci,disable-modern=on,vectors=0'
    [ "$ARCH" = x86_64 ] || gives_entropy 'registers in memory' '-device virtio-rng-device'
    smp=1
    gives_entropy modern '-device virtio-rng-pci,disable-legacy=on'
}

# A source that gives the same byte for ever, and one that gives nothing.
case_entropy_broken() {
    head -c 4096 /dev/zero >"$work/zeroes"
    run_case 'virtio-rng: not random' \
        "-object rng-random,id=r,filename=$work/zeroes -device virtio-rng-pci,rng=r" \
        'sleep 1; drivers; entropy' 'it is not random: the byte 0x00 came 21 times in a row' \
        '^entropy0 +0 bytes' \
        '^0 bytes mixed in'
}
