#!/bin/bash
# Boots the test kernel by every path and with every kind of damage; one line a boot, then
# "N passed, N failed". Called by `make test-boot-protocol`, which says what the variables are:
#   ARCH DIR BOOT_DIRECT BOOT_EFI   what was built, and where (logs go to DIR/logs)
#   LIMINE                          a Limine binary release whose EFI files boot in place of ours
#   ONLY                            run boots whose name holds this word
set -u -o pipefail
. "$(dirname "$0")/machines.sh"
. "$(dirname "$0")/boots.sh"

mkdir -p "$DIR/logs" "$DIR/files"
make_modules
if [ -n "${LIMINE:-}" ]; then
    list_limine
else
    list_direct
    list_direct_errors
    list_uefi
    list_uefi_errors
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
