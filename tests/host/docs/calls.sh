#!/usr/bin/env bash
# calls.sh: docs/system-calls.md names each system call once: as complete or partial when
# kernel/process/linux has it, else as absent.
set -u

page=docs/system-calls.md
known=$(sed -n 's/^    ("\([a-z0-9_]*\)", .*/\1/p' kernel/process/number.ml | sort)
made=$(cat kernel/process/linux/*.ml | tr '\n' ' ' | grep -oE '(make|registers|quiet) +"[a-z0-9_]+"|"f?l?(get|set|remove)xattr"' |
    grep -oE '"[a-z0-9_]+"' | tr -d '"' | sort -u)
listed=$(sed -n 's/^| `\([a-z0-9_]*\)` | \(complete\|partial\) |.*/\1/p' "$page" | sort)
absent=$(sed -n '/^## Absent/,$p' "$page" | grep -o '`[a-z0-9_]*`' | tr -d '`' | grep -v '^ENOSYS$' | sort)

failed=0
judge() { # NAME LIST OF WHAT IS WRONG
    if [ -z "$2" ]; then
        echo "ok $1"
    else
        failed=$((failed + 1))
        echo "FAIL $1:" $2
    fi
}
judge "calls that the code has are on the page" "$(comm -23 <(echo "$made") <(echo "$listed"))"
judge "calls on the page are in the code" "$(comm -13 <(echo "$made") <(echo "$listed"))"
judge "absent calls are all others" \
    "$(comm -3 <(comm -23 <(echo "$known") <(echo "$made")) <(echo "$absent"))"
echo "$((3 - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
