#!/usr/bin/env bash
# image.sh OUTPUT: a GPT disk with one EFI system partition that boots the kernel, and, with LIMINE
# on x86_64, a hybrid ISO that BIOSes boot when OUTPUT ends in .iso.
#
# From the environment: ARCH, KERNEL, INITFS, BOOT_EFI (our loader), LIMINE (a directory with a
# Limine 8.x binary release, whose files then stand in for it), RUN_FILE (a further module, named
# run), APPEND (the kernel's command line).
set -eu

output=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree

case $ARCH in
x86_64) efi_name=BOOTX64.EFI ;;
aarch64) efi_name=BOOTAA64.EFI ;;
riscv64) efi_name=BOOTRISCV64.EFI ;;
esac

limine_file() { # NAME: its path, or the end
    if [ ! -f "$LIMINE/$1" ]; then
        echo "image: LIMINE=$LIMINE holds no $1; it wants a Limine 8.x binary release" >&2
        exit 1
    fi
    echo "$LIMINE/$1"
}

configuration() {
    cat <<CONF
timeout: 0
quiet: yes
serial: yes

/Bactrian
    protocol: limine
    kernel_path: boot():/boot/kernel.elf
    cmdline: ${APPEND:-}
    module_path: boot():/boot/initfs.tar
CONF
    if [ -n "${RUN_FILE:-}" ]; then
        echo "    module_path: boot():/boot/run"
    fi
}

fill_tree() {
    mkdir -p "$tree/EFI/BOOT" "$tree/boot"
    if [ -n "${LIMINE:-}" ]; then
        efi=$(limine_file "$efi_name")
    else
        efi=$BOOT_EFI
    fi
    cp "$efi" "$tree/EFI/BOOT/$efi_name"
    cp "$KERNEL" "$tree/boot/kernel.elf"
    cp "$INITFS" "$tree/boot/initfs.tar"
    [ -z "${RUN_FILE:-}" ] || cp "$RUN_FILE" "$tree/boot/run"
    configuration >"$tree/boot/limine.conf"
}

# FAT32 needs some 65,000 clusters, hence the slack (and mformat's -T in sectors).
make_disk() {
    kib=$(($(du -sk "$tree" | cut -f1) + 36 * 1024))
    rm -f "$output"
    truncate -s $((kib + 4096))K "$output"
    sgdisk -n 1:2048:0 -t 1:ef00 "$output" >/dev/null
    mformat -i "$output@@1M" -F -v BACTRIAN -T $((kib * 2)) -h 64 -s 32 ::
    mcopy -i "$output@@1M" -s "$tree"/* ::
}

make_iso() {
    bios_cd=$(limine_file limine-bios-cd.bin)
    bios_sys=$(limine_file limine-bios.sys)
    cp "$bios_cd" "$bios_sys" "$tree/boot/"
    xorriso -as mkisofs -quiet -R -r -J -b boot/limine-bios-cd.bin -no-emul-boot -boot-load-size 4 \
        -boot-info-table -o "$output" "$tree" 2>/dev/null
}

fill_tree
case $output in
*.iso) make_iso ;;
*) make_disk ;;
esac
