# virtio_blk.sh: virtio's disks by each way to reach them, and what their drivers live through.
# shellcheck shell=bash disable=SC2154  # drivers.sh sets the rest

ok_disk() { # DISK MIB: what `disk test` says when all went well
    echo "^$1: $2 MiB written, [1-9][0-9]* MiB verified"
}

# Disks at once: modern, legacy, and one that has its line alone, with and without a legacy
# interface. The size says which is which.
case_virtio_blk_pci() {
    local disks
    disks="$(drive a 32) -device virtio-blk-pci,disable-legacy=on,drive=a,serial=modern
        $(drive b 33) -device virtio-blk-pci,disable-modern=on,drive=b,serial=legacy
        $(drive c 34) -device virtio-blk-pci,disable-legacy=on,vectors=0,drive=c,serial=line
        $(drive d 35) -device virtio-blk-pci,disable-modern=on,vectors=0,drive=d,serial=legacy-line"
    for smp in 1 4; do
        run_case "virtio-blk: modern, legacy, without messages" "$disks" \
            'disk test disk0 4 &; disk test disk1 4 &; disk test disk2 4 &; disk test disk3 4 &; wait; disk; drivers' \
            "$(ok_disk disk0 4)" "$(ok_disk disk1 4)" "$(ok_disk disk2 4)" "$(ok_disk disk3 4)" \
            ' 32 MiB  modern ' ' 33 MiB  legacy ' ' 34 MiB  line ' ' 35 MiB  legacy-line ' \
            '^pci 00:0.\.0 +virtio-blk +running; 1 lives, 0 killed$'
    done
}

case_virtio_blk_queues() {
    append=sched.drivers=0-3
    local machine=
    [ "$ARCH" != riscv64 ] ||
        machine='-machine aia=aplic-imsic' # the usual one has no messages: one queue
    run_case "virtio-blk: four queues" \
        "$machine $(drive a 64) -device virtio-blk-pci,num-queues=4,drive=a" \
        'disk test disk0 16; rings' "$(ok_disk disk0 16)" \
        '^disk0/0 +core 0  out [1-9]' '^disk0/1 +core 1  out [1-9]' '^disk0/2 +core 2  out [1-9]' \
        '^disk0/3 +core 3  out [1-9]'
}

# Registers in memory are on all but x86_64's usual machines, of both versions.
case_virtio_blk_mmio() {
    [ "$ARCH" != x86_64 ] || return 0
    for version in 1 2; do
        for smp in 1 4; do
            local legacy=$((version == 1))
            run_case "virtio-blk: registers in memory, version $version" \
                "-global virtio-mmio.force-legacy=$([ $legacy = 1 ] && echo true || echo false)
                $(drive a 32) -device virtio-blk-device,drive=a" \
                'disk test disk0 4; disk; drivers' "$(ok_disk disk0 4)" ' on virtio' \
                '^virtio.* +virtio-blk +running; 1 lives'
        done
    done
}

# A driver's end in the middle of a test, in every way that there is: the data is right all the
# same.
case_virtio_blk_killed() {
    append='sched.drivers=0-3 misbehave=drivers'
    local disk kills=
    disk="$(drive a 64) -device virtio-blk-pci,num-queues=4,drive=a"
    for _ in 1 2 3 4 5 6 7 8; do
        kills="$kills sleep 0.05; drivers kill disk0;"
    done
    for smp in 1 4; do
        run_case "virtio-blk: killed during a test" "$disk" \
            "disk test disk0 16 &; $kills wait; disk; drivers" \
            "$(ok_disk disk0 16)" 'requests, [1-9][0-9]* replayed, 0 failed' \
            'running; [2-9] lives, [1-8] killed$'
    done
    smp=4
    run_case "virtio-blk: a driver that raises" "$disk" \
        'disk test disk0 16 &; sleep 0.1; misbehave-driver disk0 raise; wait; disk; drivers' \
        "$(ok_disk disk0 16)" 'requests, [1-9][0-9]* replayed, 0 failed' \
        '^pci .*: driver virtio-blk: it raised .*Misbehaved' \
        'running; 2 lives, 0 killed; last failure: it raised'
    run_case "virtio-blk: a driver that loops" "$disk" \
        'disk test disk0 16 &; sleep 0.1; misbehave-driver disk0 loop; wait; disk; drivers' \
        "$(ok_disk disk0 16)" 'requests, [1-9][0-9]* replayed, 0 failed' \
        'running; 2 lives, 0 killed; last failure: it kept its core'
    run_case "virtio-blk: a driver that waits for ever" "$disk" \
        'disk test disk0 16 &; sleep 0.1; misbehave-driver disk0 block; wait; disk; drivers' \
        "$(ok_disk disk0 16)" 'requests, [1-9][0-9]* replayed, 0 failed' \
        'running; 2 lives, 0 killed; last failure: it answers none of'
}

case_virtio_blk_given_up() {
    append=misbehave=drivers
    run_case "virtio-blk: given up, and revived" "$(drive a 32) -device virtio-blk-pci,drive=a" \
        'disk test disk0 16 &; sleep 0.1; misbehave-driver disk0 raise 6; wait; drivers;
        disk test disk0 1; drivers kill disk0; sleep 0.5; drivers; disk test disk0 4' \
        '^disk: .*the disk has no driver any more' 'virtio-blk +given up: it raised' \
        'running; 7 lives' "$(ok_disk disk0 4)"
    run_case "virtio-blk: stopped, and revived" "$(drive a 32) -device virtio-blk-pci,drive=a" \
        'disk test disk0 16 &; sleep 0.1; drivers stop disk0; wait; drivers; drivers kill disk0; sleep 0.5; disk test disk0 4; drivers' \
        '^disk: .*the disk has no driver any more' 'virtio-blk +stopped' 'running; 2 lives' \
        "$(ok_disk disk0 4)"
}
