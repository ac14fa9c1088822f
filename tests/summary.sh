#!/usr/bin/env bash
# summary.sh NAME=COMMAND...: runs each command, shows its output, and adds up the closing lines `N
# passed, N failed[, N skipped]` that they print. A command that ends without one, or with a failing
# status that its line does not explain, counts as one failure. Ends with the sum alone on a line.
set -u

passed=0 failed=0 skipped=0
report=$(mktemp)
output=$(mktemp)
trap 'rm -f "$report" "$output"' EXIT

add_up() { # NAME STATUS SECONDS
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$output" | tail -n 1)
    read -r p _ f _ s _ <<<"${line//,/}"
    p=${p:-0} f=${f:-0} s=${s:-0}
    if [ -z "$line" ] || { [ "$2" -ne 0 ] && [ "$f" -eq 0 ]; }; then
        f=$((f + 1))
        line="ended with status $2 and said: ${line:-no summary}"
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    printf '%-28s %4d s  %s\n' "$1" "$3" "$line" >>"$report"
}

for suite in "$@"; do
    name=${suite%%=*}
    echo "==== $name"
    start=$SECONDS
    bash -c "${suite#*=}" 2>&1 | tee "$output"
    add_up "$name" "${PIPESTATUS[0]}" $((SECONDS - start))
done

echo "==== summary"
cat "$report"
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
