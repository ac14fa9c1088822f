#!/bin/bash
# run.sh SUBJECT...: tests of the toolchain. `cache` is what build.sh promises about the cache, with
# a recipe that takes no time; ARCH is what is installed in build/toolchain/ARCH. The programs of
# another architecture run under qemu-user where it is installed and are skipped elsewhere.
# shellcheck source-path=SCRIPTDIR
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

passed=0
failed=0
skipped=0

# check NAME COMMAND...: one test, one line.
check() {
    local name=$1
    shift
    if "$@" >"$scratch/output" 2>&1; then
        echo "ok $name"
        passed=$((passed + 1))
    else
        echo "FAIL $name"
        sed 's/^/    /' "$scratch/output"
        failed=$((failed + 1))
    fi
}

skip() {
    echo "skip $1 ($2)"
    skipped=$((skipped + 1))
}

[ $# -gt 0 ] || set -- usage
for subject in "$@"; do
    case $subject in
    cache) . "$here/cache.sh" ;;
    x86_64 | aarch64 | riscv64) . "$here/target.sh" ;;
    *)
        echo "usage: run.sh cache|ARCH..." >&2
        exit 2
        ;;
    esac
done

summary="$passed passed, $failed failed"
[ $skipped = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ $failed = 0 ]
