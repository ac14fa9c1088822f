# displays.sh: what the kernel prints stands on each display, read from QEMU's picture of it; so it
# does when the display's driver has ended and another began.
# shellcheck shell=bash disable=SC2154  # drivers.sh sets the rest

# Has QEMU make pictures, one after the other, until this is ended.
take_pictures() { # FIFO
    local n
    cat "$1.out" >/dev/null &
    for n in {100..199}; do
        sleep 0.4
        echo "screendump $work/picture$n.ppm"
    done >"$1.in"
}

# No command has these names, and so it says so, and waits until there is a picture.
display_lines='displays; picture1; sleep 1.5; drivers kill display0; sleep 0.3; drivers; picture2; sleep 1.5; displays; rings'

# Whether all of it stands in one of the pictures.
in_a_picture() { # TITLE PATTERN...
    local title=$1 ok picture
    shift
    for picture in "$work"/picture*; do
        ok=0
        "$READ_SCREEN" "$picture" >"$log" 2>&1 || continue
        for pattern in "$@"; do
            says "$pattern" || { ok=1 && echo "missing: $pattern" >>"$log"; }
        done
        [ "$ok" -ne 0 ] || break
    done
    verdict "$title, $smp cores" "${ok:-1}"
}

shows() { # TITLE QEMU-ARGUMENTS SIZE DRIVER
    local title=$1 arguments=$2 size=$3 driver=$4
    rm -f "$work"/screen.* "$work"/picture*
    mkfifo "$work/screen.in" "$work/screen.out"
    take_pictures "$work/screen" 2>/dev/null &
    local taker=$!
    run_case "$title" "-chardev pipe,id=screen,path=$work/screen -mon chardev=screen $arguments" \
        "$display_lines" \
        "^display0 +$size dots on" "$driver +running; 2 lives, 1 killed" '^display0/0 +core '
    kill "$taker" 2>/dev/null
    wait "$taker" 2>/dev/null
    in_a_picture "$title: what it shows" '^Bactrian .*, booted in ' "^display0 +$size dots on" \
        '^picture1: no such command'
    in_a_picture "$title: in its second life" '^Bactrian .*, booted in ' \
        "$driver +running; 2 lives, 1 killed" \
        '^picture2: no such command'
}

case_displays() {
    local card=-vga\ none
    [ "$ARCH" = x86_64 ] || card=
    for smp in 1 4; do
        shows virtio-gpu "$card -device virtio-gpu-pci" '1280 by 800' virtio-gpu
    done
    shows 'virtio-gpu, without messages' \
        "$card -device virtio-gpu-pci,vectors=0,xres=804,yres=610" '804 by 610' virtio-gpu
    [ "$ARCH" = x86_64 ] ||
        shows 'virtio-gpu, registers in memory' '-device virtio-gpu-device' '1280 by 800' virtio-gpu
}

# The loader's own, as UEFI gives it: this firmware has none on riscv64.
case_displays_framebuffer() {
    local card=
    [ "$ARCH" != riscv64 ] || return 0
    [ "$ARCH" = x86_64 ] || card='-device ramfb'
    BOOT=uefi LIMINE='' shows 'the framebuffer of UEFI' "$card" '[0-9]+ by [0-9]+' framebuffer
}
