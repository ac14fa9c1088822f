# e1000e.sh: Intel's network interfaces: the tests of virtio_net.sh that do not ask for what they
# don't have.
# shellcheck shell=bash disable=SC2154,SC2034  # drivers.sh sets the rest

case_e1000e() {
    for smp in 1 4; do
        run_case 'e1000e: two on a hub' "$(hub e1000e)" 'net test net0 net1; net; drivers' \
            "$(ok_at_once 64)" "$(ok_at_once 1514)" \
            'sent 8192 frames, 6463488 bytes \(0 again, 0 lost\); received 0,' \
            'received 8192, 6463488 bytes \(0 missed\)' \
            'e1000e +running; 1 lives, 0 killed$'
    done
}

# It has a ring and a half of buffers in the device when it is killed.
case_e1000e_killed() {
    append='misbehave=drivers'
    local kills=
    for _ in 1 2 3 4; do
        kills="$kills sleep 0.03; drivers kill net0; sleep 0.03; drivers kill net1;"
    done
    for smp in 1 4; do
        run_case 'e1000e: killed during a test' "$(hub e1000e)" \
            "net test net0 net1 &; $kills wait; net test net1 net0; drivers" "$(ok_frames 64)" \
            "$(ok_frames 1514)" \
            '^net1 to net0: 4096 frames of 1514 bytes arrived; 0 sent again' \
            'e1000e +running; [2-9] lives, [1-8] killed$'
    done
    for way in raise loop block; do
        run_case "e1000e: a driver that does $way" "$(hub e1000e)" \
            "net test net0 net1 &; sleep 0.03; misbehave-driver net0 $way; wait; drivers" \
            "$(ok_frames 64)" "$(ok_frames 1514)" \
            'running; 2 lives, 0 killed; last failure: it (raised|kept its core|answers none)'
    done
}

case_e1000e_peer() {
    gcc -O2 -Wall -Wextra -Werror -o "$work/echo" tests/boot/drivers/echo.c || return
    "$work/echo" "$work/peer" "$work/machine" &
    local peer=$! network
    network="-netdev dgram,id=a,local.type=unix,local.path=$work/machine,remote.type=unix,remote.path=$work/peer
        -device e1000e,netdev=a"
    for smp in 1 4; do
        run_case 'e1000e: a peer on the host' "$network" 'net test net0; net' \
            '^net0 to net0: 4096 frames of 64 bytes arrived; 0 sent again' \
            '^net0 to net0: 4096 frames of 1514 bytes arrived; 0 sent again' \
            'sent 8192 frames, 6463488 bytes \(0 again, 0 lost\); received 8192, 6463488 bytes \(0 missed\)'
    done
    kill "$peer"
    wait "$peer" 2>/dev/null
}

case_e1000e_tap() {
    gcc -O2 -Wall -Wextra -Werror -o "$work/tap" tests/boot/drivers/tap.c || return
    "$work/tap" 1 true 2>"$log"
    if [ $? -eq 77 ]; then
        skip 'e1000e: checksums' "$(cat "$log")"
        return
    fi
    launcher="$work/tap 1"
    for smp in 1 4; do
        run_case 'e1000e: checksums' '-netdev tap,id=a,fd=20,vhost=off -device e1000e,netdev=a' \
            'net streams net0' \
            '^net0: 1 streams, 1048576 bytes came back in 725 frames \(0 large\), 725 checksums verified, by 1 queues'
    done
    launcher=
}
