#!/usr/bin/env bash
# boot.sh INITRD [QEMU-ARGUMENT...]: boots Debian's Linux for $ARCH in the QEMU and on the machine
# that our kernel is measured and tested on, and prints what comes over the serial line. The archive
# INITRD has its first program, /init. From the environment: ARCH; SMP (1), MEM (512 MiB), TIMEOUT
# (900 seconds).
set -euo pipefail

linux=$(bench/linux/kernel.sh "$ARCH")
initrd=$1
shift
case $ARCH in
x86_64) machine='qemu-system-x86_64 -M q35 -cpu max' console=ttyS0 ;;
aarch64) machine='qemu-system-aarch64 -M virt -cpu max' console=ttyAMA0 ;;
riscv64) machine='qemu-system-riscv64 -M virt -cpu rv64' console=ttyS0 ;;
esac
# Its defences against other programs are off: ours has none of them inside the kernel either.
# shellcheck disable=SC2086  # words
timeout "${TIMEOUT:-900}" $machine -accel tcg -smp "${SMP:-1}" -m "${MEM:-512}" -display none \
    -net none -no-reboot \
    -serial stdio -monitor none -kernel "$linux/kernel" -initrd "$initrd" \
    -append "console=$console quiet panic=-1 mitigations=off" "$@" </dev/null | tr -d '\r'
