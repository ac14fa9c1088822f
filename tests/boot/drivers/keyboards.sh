# keyboards.sh: keys that QEMU's monitor presses come as events, and as bytes at the prompt.
# shellcheck shell=bash disable=SC2154  # drivers.sh sets the rest

# Words for QEMU's monitor, again and again until this is ended. Its answers are read away.
press() { # FIFO COMMAND...
    local fifo=$1
    shift
    cat "$fifo.out" >/dev/null &
    while sleep 0.2; do
        for command in "$@"; do
            echo "$command"
        done
    done >"$fifo.in"
}

# Boots with keys being pressed: a, and then b with a shift.
with_keys() { # TITLE QEMU-ARGUMENTS LINES PATTERN...
    local title=$1 arguments=$2 lines=$3
    shift 3
    rm -f "$work"/keys.*
    mkfifo "$work/keys.in" "$work/keys.out"
    press "$work/keys" 'sendkey a 20' 'sendkey shift-b 20' 2>/dev/null &
    local presser=$!
    run_case "$title" "-chardev pipe,id=keys,path=$work/keys -mon chardev=keys $arguments" \
        "$lines" "$@"
    kill "$presser" 2>/dev/null
    wait "$presser" 2>/dev/null
}

has_keys() { # TITLE QEMU-ARGUMENTS DEVICE PATTERN
    with_keys "$1" "$2" 'input watch 12; input; drivers; rings' "^$3: kind 1, code 30, value 1" \
        "^$3: kind 1, code 30, value 0" "^$3: kind 1, code 42, value 1" \
        "^$3: kind 1, code 48, value 1" \
        "^$3 +$4 on .*; [1-9][0-9]* events" "^$3 +core "
}

case_keyboards() {
    if [ "$ARCH" = x86_64 ]; then
        has_keys 'the PS/2 keyboard' '' input0 'PS/2 keyboard'
        has_keys 'the PS/2 keyboard: nothing describes the machine' '-M pc,acpi=off' input0 \
            'PS/2 keyboard'
        has_keys 'virtio keyboard' '-device virtio-keyboard-pci' input1 'QEMU Virtio Keyboard'
        has_keys 'virtio keyboard, without messages' '-device virtio-keyboard-pci,vectors=0' \
            input1 'QEMU Virtio Keyboard'
    else
        has_keys 'virtio keyboard' '-device virtio-keyboard-pci' input0 'QEMU Virtio Keyboard'
        has_keys 'virtio keyboard, registers in memory' '-device virtio-keyboard-device' input0 \
            'QEMU Virtio Keyboard'
    fi
}
