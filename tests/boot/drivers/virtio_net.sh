# virtio_net.sh: network interfaces by virtio: two on a hub of QEMU's, which send each other frames,
# and one with a peer.
# shellcheck shell=bash disable=SC2154,SC2034  # drivers.sh sets the rest

# Two interfaces of this kind on one hub.
hub() { # DEVICE[,OPTION...]
    echo "-netdev hubport,id=a,hubid=0 -netdev hubport,id=b,hubid=0 -device $1,netdev=a -device $1,netdev=b"
}

# What `net test net0 net1` says when all frames of this size arrived.
ok_frames() { # BYTES
    echo "^net0 to net1: 4096 frames of $1 bytes arrived;"
}

# And at once: none was sent again.
ok_at_once() { # BYTES
    echo "$(ok_frames "$1") 0 sent again, 0 came twice, 0 foreign;"
}

exchange() { # TITLE QEMU-ARGUMENTS
    for smp in 1 4; do
        run_case "virtio-net: $1" "$2" 'net test net0 net1; net; drivers' "$(ok_at_once 64)" \
            "$(ok_at_once 1514)" \
            'sent 8192 frames, 6463488 bytes \(0 again, 0 lost\); received 0,' \
            'received 8192, 6463488 bytes \(0 missed\)' \
            'virtio-net +running; 1 lives, 0 killed$'
    done
}

case_virtio_net_pci() {
    exchange modern "$(hub virtio-net-pci,disable-legacy=on)"
    exchange 'its line' "$(hub virtio-net-pci,disable-legacy=on,vectors=0)"
    exchange legacy "$(hub virtio-net-pci,disable-modern=on)"
    exchange 'legacy, with the least' \
        "$(hub virtio-net-pci,disable-modern=on,any_layout=off,mrg_rxbuf=off,event_idx=off,indirect_desc=off)"
}

case_virtio_net_mmio() {
    [ "$ARCH" != x86_64 ] || return 0
    exchange 'registers in memory, version 1' "$(hub virtio-net-device)"
    exchange 'registers in memory, version 2' \
        "-global virtio-mmio.force-legacy=false $(hub virtio-net-device)"
}

# Drivers' ends on both sides, in every way: all frames arrive in the end.
case_virtio_net_killed() {
    append='misbehave=drivers'
    local kills=
    for _ in 1 2 3 4; do
        kills="$kills sleep 0.03; drivers kill net0; sleep 0.03; drivers kill net1;"
    done
    for smp in 1 4; do
        run_case "virtio-net: killed during a test" "$(hub virtio-net-pci)" \
            "net test net0 net1 &; $kills wait; net test net1 net0; drivers" "$(ok_frames 64)" \
            "$(ok_frames 1514)" \
            '^net1 to net0: 4096 frames of 1514 bytes arrived; 0 sent again' \
            'virtio-net +running; [2-9] lives, [1-8] killed$'
    done
    for way in raise loop block; do
        run_case "virtio-net: a driver that does $way" "$(hub virtio-net-pci)" \
            "net test net0 net1 &; sleep 0.03; misbehave-driver net0 $way; wait; drivers" \
            "$(ok_frames 64)" "$(ok_frames 1514)" \
            'running; 2 lives, 0 killed; last failure: it (raised|kept its core|answers none)'
    done
    run_case "virtio-net: given up, and revived" "$(hub virtio-net-pci)" \
        'misbehave-driver net0 raise 6; net test net0 net1; drivers; drivers kill net0; sleep 0.5; net test net0 net1' \
        'virtio-net +given up: it raised' '^net: 64 bytes: net0 has no driver' "$(ok_at_once 64)" \
        "$(ok_at_once 1514)"
}

# A peer outside of the machine, which sends back what it gets.
case_virtio_net_peer() {
    gcc -O2 -Wall -Wextra -Werror -o "$work/echo" tests/boot/drivers/echo.c || return
    "$work/echo" "$work/peer" "$work/machine" &
    local peer=$! network
    network="-netdev dgram,id=a,local.type=unix,local.path=$work/machine,remote.type=unix,remote.path=$work/peer
        -device virtio-net-pci,netdev=a"
    for smp in 1 4; do
        run_case "virtio-net: a peer on the host" "$network" 'net test net0; net' \
            '^net0 to net0: 4096 frames of 64 bytes arrived; 0 sent again' \
            '^net0 to net0: 4096 frames of 1514 bytes arrived; 0 sent again' \
            'sent 8192 frames, 6463488 bytes \(0 again, 0 lost\); received 8192, 6463488 bytes \(0 missed\)'
        run_case "virtio-net: a peer on the host, killed during a test" "$network" \
            'net test net0 &; sleep 0.03; drivers kill net0; sleep 0.03; drivers kill net0; sleep 0.03; drivers kill net0; wait; drivers' \
            '^net0 to net0: 4096 frames of 64 bytes arrived;' \
            '^net0 to net0: 4096 frames of 1514 bytes arrived;' \
            'virtio-net +running; [2-4] lives, [1-3] killed$'
    done
    kill "$peer"
    wait "$peer" 2>/dev/null
}

# With a tap device of several queues: what the machine leaves to the host, and the host to the
# machine.
tap_case() { # TITLE DEVICE-OPTIONS PATTERN
    local machine=
    [ "$ARCH" != riscv64 ] ||
        machine='-machine aia=aplic-imsic' # the usual one has no messages: one queue
    run_case "virtio-net: four queues, $1" \
        "$machine -netdev tap,id=a,fds=20:21:22:23,vhost=off -device virtio-net-pci,netdev=a,mq=on,vectors=10$2" \
        'net streams net0; rings' "^net0: 4 streams, 4194304 bytes came back in $3, by 4 queues" \
        '^net0/0 +core 0  out [1-9]' '^net0/1 +core 1  out [1-9]' '^net0/2 +core 2  out [1-9]' \
        '^net0/3 +core 3  out [1-9]'
}

case_virtio_net_tap() {
    local receives_whole=,guest_csum=off,guest_tso4=off,guest_tso6=off,guest_ecn=off,guest_ufo=off
    local sends_whole=,csum=off,gso=off,host_tso4=off,host_tso6=off,host_ecn=off,host_ufo=off
    gcc -O2 -Wall -Wextra -Werror -o "$work/tap" tests/boot/drivers/tap.c || return
    "$work/tap" 4 true 2>"$log"
    if [ $? -eq 77 ]; then
        skip "virtio-net: four queues" "$(cat "$log")"
        return
    fi
    append=sched.drivers=0-3
    launcher="$work/tap 4"
    tap_case 'segments cut and joined by the device' '' \
        '264 frames \(264 large\), 0 checksums verified'
    tap_case 'segments cut by the device' $receives_whole \
        '3140 frames \(0 large\), 3140 checksums verified'
    tap_case 'nothing left to the device' "$sends_whole$receives_whole" \
        '2900 frames \(0 large\), 2900 checksums verified'
    launcher=
}
