# nine_p.sh: messages to a 9P server of the host's, and back.
# shellcheck shell=bash disable=SC2154  # drivers.sh sets the rest

speaks_9p() { # TITLE DEVICE
    run_case "virtio-9p: $1" \
        "-fsdev local,id=f,path=$work/shared,security_model=none -device $2,fsdev=f,mount_tag=shared" \
        '9p; 9p version 9p0; drivers kill 9p0; sleep 0.3; 9p version 9p0; 9p; drivers; rings' \
        '^9p0 +shared on .*; 1 lives$' '^9p0 speaks 9P2000.L, messages of up to 65536 bytes' \
        '^9p0 +shared on .*; 2 lives$' \
        'virtio-9p +running; 2 lives, 1 killed$' '^9p0/0 +core . +out 1 .*in 1 '
}

case_nine_p() {
    mkdir -p "$work/shared"
    speaks_9p modern virtio-9p-pci
    speaks_9p 'legacy, without messages' virtio-9p-pci,disable-modern=on,vectors=0
    [ "$ARCH" = x86_64 ] || speaks_9p 'registers in memory' virtio-9p-device
    smp=1
    speaks_9p modern virtio-9p-pci
}
