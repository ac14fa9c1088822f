#!/usr/bin/env bash
# test.sh FOLDER SOURCE...: runs each source's program, which is in the folder, on this machine; compares what it writes with
# the file NAME.expected beside the source.
set -u

folder=$1
shift
passed=0 failed=0
for source; do
    name=$(basename "${source%.*}")
    if diff -u "${source%.*}.expected" <(timeout 60 "$folder/$name" 2>&1 || echo "status $?"); then
        echo "ok program $name"
        passed=$((passed + 1))
    else
        echo "not ok program $name"
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
