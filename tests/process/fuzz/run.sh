#!/usr/bin/env bash
# run.sh guest|linux SECONDS SEED: random system calls on our kernel, or on Debian's Linux in QEMU,
# for so long. From the environment: PROGRAMS (the folder of fuzz-syscalls and run-tests), WORK, and
# what run_tree.sh wants.
set -u

where=$1 seconds=$2 seed=$3
tree=$WORK/tree
rm -rf "$WORK"
mkdir -p "$tree/bin" "$tree/tests" "$tree/tmp"
cp "$PROGRAMS/run-tests" "$PROGRAMS/fuzz-syscalls" "$tree/bin"
printf '%s\n' 'test fuzz-syscalls' 'directory /tmp' "seconds $((seconds + 60))" \
    'argument /bin/fuzz-syscalls' 'argument --seconds' "argument $seconds" \
    'argument --seed' "argument $seed" run >"$tree/tests/list"

export TIMEOUT=${TIMEOUT:-$((seconds * 2 + 300))}
tests/process/run_tree.sh "$where" "$tree" | awk '
    { sub(/\r$/, "") }
    /^test resources/ { counting = 1 }
    # What a call of the kernel raises, also for keeping its core for seconds, is a bug of the kernel.
    /^process [0-9]+: call / { print "FAIL " $0; raised++; next }
    counting && /^status/ {
        left = !/^status 0/
        print "resources: " (left ? "FAIL" : "PASS")
        next
    }
    /^\|[0-9]+ passed, [0-9]+ failed/ { line = substr($0, 2); next }
    /^\|/ { print substr($0, 2) }
    /^status/ { ended = 1 }
    END {
        if (!ended || line == "") {
            print "FAIL fuzz-syscalls came to no end"
            line = "0 passed, 1 failed"
        }
        split(line, sum)
        failed = sum[3] + left + raised
        print sum[1] + counting - left " passed, " failed " failed"
        exit failed > 0
    }'
