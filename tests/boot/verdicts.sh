# verdicts.sh: what scripts that boot the kernel and read what it says have in common. Sourced. From
# the environment: what tools/qemu.sh wants.
# shellcheck shell=bash

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

verdict() { # NAME STATUS-OF-THE-CHECK
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
        echo "ok $ARCH $1"
    else
        failed=$((failed + 1))
        echo "FAIL $ARCH $1; it printed:"
        sed 's/^/    /' "$log" | tail -n 40
    fi
}

skip() { # NAME REASON
    skipped=$((skipped + 1))
    echo "skip $ARCH $1: $2"
}

# A command that starts another, in which the machine is to run.
launcher=

# Boots with RUN=$1 and further settings; the status in $status, the output in $log.
boot() {
    local run=$1
    shift
    # shellcheck disable=SC2086  # launcher is words
    $launcher env "$@" RUN="$run" tools/qemu.sh script >"$log" 2>&1
    status=$?
}

says() {
    grep -Eq -- "$1" "$log"
}

expect() { # NAME STATUS PATTERN...
    local name=$1 wanted=$2 ok=0
    shift 2
    [ "$status" -eq "$wanted" ] || ok=1
    for pattern in "$@"; do
        says "$pattern" || { ok=1 && echo "missing: $pattern" >>"$log"; }
    done
    verdict "$name" $ok
}

total() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
}
