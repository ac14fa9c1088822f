#!/bin/bash
# Boots the test kernel by every path and with every kind of damage; one line a boot, then
# "N passed, N failed". Called by `make test-boot-protocol`, which says what the variables are:
#   ARCH DIR BOOT_DIRECT BOOT_EFI   what was built, and where
#   LIMINE                          a Limine binary release whose EFI files boot in place of ours
#   ONLY                            run boots whose name holds this word
set -u -o pipefail
. "$(dirname "$0")/machines.sh"
. "$(dirname "$0")/boots.sh"

# A directory for this run alone: its files go with it, its logs stay when a boot failed.
RUN=$(mktemp -d "$DIR/run.XXXXXX")
trap 'rm -rf "$RUN/files"; [ "$failed" = 0 ] && rm -rf "$RUN"' EXIT
mkdir "$RUN/logs" "$RUN/files"
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
