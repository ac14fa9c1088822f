# streams.sh: virtio's consoles: what comes over them and goes back is the same, through one port
# and several.
# shellcheck shell=bash disable=SC2154  # drivers.sh sets the rest

# A character device NAME of QEMU's that reads $work/given, and whose output becomes $work/NAME.got.
# Not in a subshell, which would wait for those that it starts.
through() { # NAME
    rm -f "$work/$1.in" "$work/$1.out"
    mkfifo "$work/$1.in" "$work/$1.out"
    cat "$work/given" >"$work/$1.in" 2>/dev/null &
    cat "$work/$1.out" >"$work/$1.got" &
}

# Whether so many bytes came back, after the lines that were sent first.
same() { # TITLE NAME BYTES LINES
    tail -n +$(($4 + 1)) "$work/$2.got" | cmp -s -n "$3" - "$work/given" &&
        [ "$(wc -c <"$work/$2.got")" -ge "$3" ]
    verdict "$1, $smp cores: the same bytes" $?
}

echoes() { # TITLE DEVICE
    local title=$1 device=$2
    through a
    through b
    run_case "virtio console: $title" \
        "-chardev pipe,id=a,path=$work/a -chardev pipe,id=b,path=$work/b -device $device
        -device virtconsole,chardev=a -device virtserialport,chardev=b,name=org.channel" \
        'sleep 0.2; stream send stream1 a line; stream echo stream0 20000; stream echo stream1 99000; sleep 0.3; stream;
        drivers kill stream0; sleep 0.3; stream send stream0 another; stream send stream1 another; sleep 0.3; stream; rings' \
        '^stream0 +unnamed +on .*, 20000 sent' '^stream1 +org.channel +on .*, 99007 sent' \
        '^stream1 +org.channel .*, 99015 sent$' '^stream1 +core '
    wait
    same "virtio console: $title, first port" a 20000 0
    same "virtio console: $title, second port" b 99000 1
    [ "$(tail -c 8 "$work/b.got")" = another ]
    verdict "virtio console: $title, $smp cores: another life" $?
}

case_streams() {
    head -c 100000 /dev/urandom | od -An -tx1 >"$work/given"
    for smp in 1 4; do
        echoes 'several ports' virtio-serial-pci
    done
    echoes 'without messages' virtio-serial-pci,vectors=0
    [ "$ARCH" = x86_64 ] || echoes 'registers in memory' virtio-serial-device
    through a
    run_case 'virtio console: one port' \
        "-chardev pipe,id=a,path=$work/a -device virtio-serial-pci,max_ports=1
        -device virtconsole,chardev=a" \
        'sleep 0.2; stream echo stream0 20000; sleep 0.3; stream' \
        '^stream0 +console +on .*, 20000 sent$'
    wait
    same 'virtio console: one port' a 20000 0
}
