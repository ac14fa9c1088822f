# shellcheck shell=bash
# What run-tests said, taken apart. Sourced.

# entry NAME DIRECTORY ROOT WORD...: the list's lines for one test, in its own environment; ROOT is
# where /bin is.
entry() {
    local word name=$1 directory=$2 root=$3
    shift 3
    printf '%s\n' "test $name" "directory $directory" "seconds ${SECONDS_A_TEST:-60}" \
        "set PATH=$root/bin" "set TZ=UTC" "set LC_ALL=C"
    for word; do
        echo "argument $word"
    done
    echo run
}

# take_apart FOLDER: from standard input, one file in FOLDER for each test: what it wrote, and how
# it ended. Everything stands in FOLDER/all; without any test that is shown.
take_apart() {
    local line folder=$1 file=/dev/null
    mkdir -p "$folder"
    tr -d '\r' >"$folder/all"
    grep -q '^test ' "$folder/all" || tail -n 20 "$folder/all" >&2
    while IFS= read -r line; do
        case $line in
        "test "*) file=$folder/${line#test } && : >"$file" ;;
        "|"*) printf '%b\n' "${line#|}" >>"$file" ;;
        "status "* | "signal "* | timeout) echo "$line" >>"$file" ;;
        esac
    done <"$folder/all"
}

# judge NAME EXPECTED SAID: prints the test's line, and how the files differ; counts in passed and
# failed.
passed=0 failed=0
judge() {
    local difference
    if difference=$(diff -u "$2" "$3" 2>&1); then
        echo "ok $1"
        passed=$((passed + 1))
    else
        echo "not ok $1"
        head -n 20 <<<"$difference"
        failed=$((failed + 1))
    fi
}

# judge_resources WHERE FOLDER: our kernel has back what the tests took.
judge_resources() {
    [ "$1" != guest ] || judge resources <(echo 'status 0') "$2/resources"
}

# The last line, and the status to end with.
report() {
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
}
