# QEMU's machines and firmware, one function a way to boot. Sourced by run.sh.

COMMON="-accel tcg -net none -display none -serial stdio -monitor none -no-reboot"

# What QEMU exits with: when all checks passed, and after an error that the loader reports.
case $ARCH in
x86_64) GOOD=33 MACHINE=q35 CPU=max EFI_NAME=BOOTX64.EFI
    EXIT="-device isa-debug-exit,iobase=0xf4,iosize=4" ;;
aarch64) GOOD=0 MACHINE=virt CPU=max EFI_NAME=BOOTAA64.EFI
    EXIT="-semihosting-config enable=on,target=native" ;;
riscv64) GOOD=0 MACHINE=virt CPU=rv64 EFI_NAME=BOOTRISCV64.EFI
    EXIT= ;;
esac
BAD=255

# qemu SECONDS ARGUMENT...: standard input is empty, so that no firmware waits for a key on it.
qemu() {
    local seconds=$1
    shift
    # shellcheck disable=SC2086
    timeout "$seconds" "qemu-system-$ARCH" $COMMON $EXIT "$@" </dev/null 2>&1
}

# qemu_direct INITRD CMDLINE ARGUMENT...
qemu_direct() {
    local initrd=$1 cmdline=$2
    shift 2
    qemu 60 -kernel "$BOOT_DIRECT" ${initrd:+-initrd "$initrd"} -append "$cmdline" "$@"
}

flash() {
    echo "-drive if=pflash,unit=0,format=raw,readonly=on,file=$1" \
        "-drive if=pflash,unit=1,format=raw,file=$2,snapshot=on"
}

# qemu_uefi ESP ARGUMENT...: the directory is shown as a FAT file system.
qemu_uefi() {
    local esp=$1 firmware
    shift
    case $ARCH in
    x86_64) firmware=$(flash /usr/share/OVMF/OVMF_CODE_4M.fd /usr/share/OVMF/OVMF_VARS_4M.fd) ;;
    aarch64) firmware="-boot menu=on,splash-time=0 \
        $(flash /usr/share/AAVMF/AAVMF_CODE.fd /usr/share/AAVMF/AAVMF_VARS.fd)" ;;
    riscv64) firmware="-kernel /usr/lib/u-boot/qemu-riscv64_smode/uboot.elf" ;;
    esac
    # shellcheck disable=SC2086
    qemu 120 $firmware -drive "if=none,id=d0,format=raw,file=fat:$esp,readonly=on" \
        -device virtio-blk-pci,drive=d0,bootindex=0 "$@"
}
