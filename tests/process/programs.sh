#!/usr/bin/env bash
# programs.sh guest|linux NAME...: runs the programs check-NAME one after another, on our kernel or
# on Debian's Linux in QEMU, and adds up what they say. From the environment: PROGRAMS (their
# folder, with run-tests), WORK, and what run_tree.sh wants.
set -u

where=$1
shift
tree=$WORK/tree

entry() { # NAME
    printf '%s\n' "test $1" 'directory /tmp' 'seconds 300' "argument /bin/check-$1" run
}

rm -rf "$WORK"
mkdir -p "$tree/bin" "$tree/tests" "$tree/tmp"
cp "$PROGRAMS/run-tests" "$tree/bin"
for name; do
    cp "$PROGRAMS/check-$name" "$tree/bin"
    entry "$name"
done >"$tree/tests/list"

# A program that says how many passed ended as it should; any other is one failure more.
expected=/dev/null
[ "$where" != guest ] || expected=tests/process/expected-failures
tests/process/run_tree.sh "$where" "$tree" | awk -v nr="$#" -v expected="$expected" '
    BEGIN {
        while ((getline line < expected) > 0)
            if (line !~ /^#/) { name = line; sub(/ .*/, "", name); sub(/^[^ ]* /, "", line); cause[name] = line }
    }
    { sub(/\r$/, "") }
    match($0, /^\|[a-z0-9_]+: /) && (substr($0, 2, RLENGTH - 3) in cause) {
        check = substr($0, 2, RLENGTH - 3)
        if (/: FAIL/) { failed--; skipped++; print check ": SKIP fails as expected: " cause[check]; next }
        if (/: PASS/) { failed++; print check ": FAIL passes, though it is expected to fail"; next }
    }
    /^test / { name = $2; summed = 0 }
    name == "resources" && /^status 0/ { passed++; print "resources: PASS"; next }
    name == "resources" && /^status/ { failed++; print "resources: FAIL"; next }
    /^\|[0-9]+ passed, [0-9]+ failed/ { passed += substr($1, 2); failed += $3; skipped += $5; summed = 1; next }
    /^\|/ { print substr($0, 2) }
    /^(status|signal|timeout)/ {
        ended++
        if (!summed) { failed++; print "FAIL check-" name ": ended with " $0 }
    }
    END {
        if (ended != nr) { failed += nr - ended; print "FAIL " nr - ended " programs came to no end" }
        printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
        exit failed > 0
    }'
