#!/bin/sh
# run.sh [ARGUMENT...] -- PROGRAM...: runs test programs with these arguments, shows their lines,
# and adds up their counts in one last line. Fails when a test failed or a program did not reach its
# end.
set -u
arguments=
while [ "$1" != -- ]; do
    arguments="$arguments $1"
    shift
done
shift
passed=0 failed=0 skipped=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT
for program; do
    "$program" $arguments >"$output"
    last=$(tail -n 1 "$output")
    case $last in
    *' passed, '*' failed'*) sed '$d' "$output" ;;
    *)
        cat "$output"
        echo "FAIL $program: $0:0: ended before its last line"
        last='0 passed, 1 failed'
        ;;
    esac
    set -- $last
    passed=$((passed + $1))
    failed=$((failed + $3))
    [ $# -lt 5 ] || skipped=$((skipped + $5))
done
echo "$passed passed, $failed failed$([ $skipped -eq 0 ] || echo ", $skipped skipped")"
[ $failed -eq 0 ]
