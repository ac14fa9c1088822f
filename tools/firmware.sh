# firmware.sh: booting by firmware: the disk image, and the options that make QEMU start from it.
# Sourced by qemu.sh.

flash() { # CODE VARS: the firmware's two flash chips; what it writes to the second is forgotten
    options+=(-drive "if=pflash,unit=0,format=raw,readonly=on,file=$1"
        -drive "if=pflash,unit=1,format=raw,snapshot=on,file=$2")
}

uefi_options() {
    case $ARCH in
    x86_64) flash /usr/share/OVMF/OVMF_CODE_4M.fd /usr/share/OVMF/OVMF_VARS_4M.fd ;;
    aarch64)
        flash /usr/share/AAVMF/AAVMF_CODE.fd /usr/share/AAVMF/AAVMF_VARS.fd
        # Without this EDK2 waits six seconds for a key.
        options+=(-boot menu=on,splash-time=0) ;;
    riscv64) options+=(-kernel /usr/lib/u-boot/qemu-riscv64_smode/uboot.elf) ;;
    esac
    RUN_FILE=$run_file tools/image.sh "$work/disk.img"
    options+=(-drive "if=none,id=boot0,format=raw,file=$work/disk.img"
        -device virtio-blk-pci,drive=boot0,bootindex=0)
}

bios_options() {
    if [ "$ARCH" != x86_64 ] || [ -z "${LIMINE:-}" ]; then
        echo "qemu: BOOT=bios is for ARCH=x86_64 and wants LIMINE=DIR" >&2
        exit 1
    fi
    RUN_FILE=$run_file tools/image.sh "$work/disk.iso"
    options+=(-cdrom "$work/disk.iso" -boot d)
}

firmware_options() {
    run_file=
    if [ "$mode" = script ]; then
        printf '%s\n' "$RUN" >"$work/run"
        run_file=$work/run
    fi
    case $BOOT in
    uefi) uefi_options ;;
    bios) bios_options ;;
    *)
        echo "qemu: BOOT=$BOOT: use direct, uefi or (with LIMINE) bios" >&2
        exit 1 ;;
    esac
}
