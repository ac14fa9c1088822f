# machines.sh: what is found and driven on each of QEMU's machines: PCI devices behind the root and
# behind bridges, devices in memory, by each interrupt controller.
# shellcheck shell=bash disable=SC2154  # drivers.sh sets the rest

machine_lines='machine; lspci -v; devices; disk test disk0 1; disk test disk1 1; drivers'

# A disk on the root bus, and one behind two bridges, which send its messages as their own.
on_pci() { # TITLE QEMU-ARGUMENTS PATTERN...
    local title=$1 arguments=$2
    shift 2
    run_case "$title" "$arguments $(drive a 32) -device virtio-blk-pci,drive=a
        -device pci-bridge,id=b1,chassis_nr=1 -device pci-bridge,id=b2,chassis_nr=2,bus=b1,addr=3
        $(drive b 33) -device virtio-blk-pci,bus=b2,addr=5,drive=b" "$machine_lines" \
        '^00:0.\.0  1af4:10.*, driver virtio-blk$' '^    0.:05\.0  1af4:10.*, driver virtio-blk$' \
        'PCI bridge' \
        '^pci 00:0.\.0 +1af4:10' '^disk0: 1 MiB written' '^disk1: 1 MiB written' \
        '^pci 00:.*virtio-blk +running; 1 lives' "$@"
}

# And with PCI Express: behind a root port, and behind a bridge from there to conventional PCI.
on_express() { # TITLE QEMU-ARGUMENTS PATTERN...
    local title=$1 arguments=$2
    shift 2
    run_case "$title, PCI Express" \
        "$arguments -device pcie-root-port,id=r1,chassis=1 -device pcie-root-port,id=r2,chassis=2
        $(drive a 32) -device virtio-blk-pci,bus=r1,drive=a
        -device pcie-pci-bridge,id=b1,bus=r2 $(drive b 33) -device virtio-blk-pci,bus=b1,addr=4,drive=b" "$machine_lines" \
        '^  0.:00\.0  1af4:1042.*, driver virtio-blk$' \
        '^    0.:04\.0  1af4:10.*, driver virtio-blk$' \
        '^disk0: 1 MiB written' '^disk1: 1 MiB written' '^pci 0.:04.*virtio-blk +running; 1 lives' \
        "$@"
}

case_machines_x86_64() {
    [ "$ARCH" = x86_64 ] || return 0
    on_pci q35 '' '^tables +ACPI' '8086:29c0  host bridge' 'SATA controller' 'capabilities:'
    on_express q35 ''
    on_pci pc '-M pc' '^tables +ACPI' '8086:1237  host bridge' 'IDE controller'
    run_case microvm '-M microvm' 'machine; lspci; devices; drivers' '^tables +ACPI'
}

case_machines_aarch64() {
    [ "$ARCH" = aarch64 ] || return 0
    for gic in 2 3; do
        on_pci "virt, GICv$gic" "-machine gic-version=$gic" "^interrupts +GICv$gic" \
            '^pl011 9000000 ' '^pl031 9010000 '
        on_express "virt, GICv$gic" "-machine gic-version=$gic"
    done
}

case_machines_riscv64() {
    [ "$ARCH" = riscv64 ] || return 0
    on_pci "virt, PLIC" '-machine aia=none' '^interrupts +PLIC'
    on_express "virt, PLIC" '-machine aia=none'
    on_pci "virt, APLIC" '-machine aia=aplic' '^interrupts +APLIC'
    on_pci "virt, IMSIC" '-machine aia=aplic-imsic' '^interrupts +APLIC, IMSIC'
    on_express "virt, IMSIC" '-machine aia=aplic-imsic'
}
