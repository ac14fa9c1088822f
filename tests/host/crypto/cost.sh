#!/bin/sh
# cost.sh PROGRAM: instructions, counted by Valgrind: the difference between some and none.
set -eu
program=$1

counted() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$@" 2>&1 |
        awk '/Collected/ { print $NF }'
}
# each NAME COUNT WORD...
each() {
    name=$1 count=$2
    shift 2
    none=$(counted "$@" 0) some=$(counted "$@" "$count")
    [ -z "$some" ] || echo "$name: $(((some - none) / count)) instructions"
}
for code in core bits; do
    each "XTS, 4 KiB, AES of the $code, encrypted" 500 $code encrypt
    each "XTS, 4 KiB, AES of the $code, decrypted" 500 $code decrypt
done
each 'Argon2id, 4096 KiB, 3 passes, 1 lane' 3 argon2
