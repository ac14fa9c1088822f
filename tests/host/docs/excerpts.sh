#!/usr/bin/env bash
# excerpts.sh PAGE...: every block of a page that is fenced by three backquotes and a file's name
# stands in that file, line by line and in one piece. A page shows at least one.
set -u

passed=0 failed=0

# Prints the file's name and the first line of each block that is not in its file; then how many
# there were.
check() { # PAGE
    awk '
        function read(file, line, text) {
            if (file in contents) return
            text = "\n"
            while ((getline line < file) > 0) text = text line "\n"
            contents[file] = text
        }
        !inside && /^```[^ ]+$/ { inside = 1; file = substr($0, 4); block = "\n"; first = ""; next }
        inside && /^```$/ {
            inside = 0; n++; read(file)
            if (block == "\n" || !index(contents[file], block)) print file ": " first
            next
        }
        inside { if (first == "") first = $0; block = block $0 "\n" }
        END { print n + 0 }' "$1"
}

for page; do
    found=$(check "$page")
    wrong=$(sed '$d' <<<"$found") count=$(tail -n 1 <<<"$found")
    if [ "$count" -gt 0 ] && [ -z "$wrong" ]; then
        passed=$((passed + 1))
        echo "ok $page: $count excerpts"
    else
        failed=$((failed + 1))
        echo "FAIL $page: $count excerpts, not in their files:"
        sed 's/^/    /' <<<"$wrong"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
