#!/usr/bin/env bash
# initfs.sh OUTPUT [PROGRAM...]: the boot module, a tape archive of what stands in initfs/, with the
# programs in /bin. A program with a file NAME.links beside it also has the names, one a line, that
# the file lists.
set -euo pipefail

output=$1
shift
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

cp -r initfs/. "$tree"
for program; do
    mkdir -p "$tree/bin"
    cp "$program" "$tree/bin"
    [ -f "$program.links" ] || continue
    while read -r link; do
        [ -e "$tree/bin/$link" ] || ln -s "${program##*/}" "$tree/bin/$link"
    done <"$program.links"
done
tar --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rw,go+r-w,a+X \
    --mtime=@0 -C "$tree" \
    -cf "$output" .
