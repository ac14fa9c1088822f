#!/usr/bin/env bash
# run.sh host|guest|record: the scripts in this folder under Debian's busybox sh and bash, with busybox's
# commands, as tests: what each writes, and its status, is what NAME.expected says (NAME.bash.expected where
# bash has its own opinion).
#
# host runs them on this machine (x86_64's programs), guest on our kernel; record writes the expected files
# from what this machine's run says. From the environment: PROGRAMS (a folder with busybox, bash and
# run-tests), WORK, and for guest what tools/qemu.sh wants; CASES chooses by name.
set -u

where=$1
here=tests/process/shell
tree=$WORK/tree
root=
[ "$where" = guest ] || root=$tree

# A script runs in a folder of its own, and finds nothing but our commands.
entry() { # NAME SHELL-WORD...
    local word name=$1
    shift
    mkdir -p "$tree/tests/$name"
    printf '%s\n' "test $name" "directory $root/tests/$name" "seconds 60" "set PATH=$root/bin" \
        "set TZ=UTC" "set LC_ALL=C"
    for word; do
        echo "argument $word"
    done
    echo run
}

entries() {
    local script base
    for script in "$here"/*.sh "$here"/*.bash; do
        base=$(basename "${script%.*}")
        [ "$base" != run ] || continue
        case " ${CASES:-$base} " in *" $base "*) ;; *) continue ;; esac
        cp "$script" "$tree/tests/$base.script"
        [ "${script##*.}" = bash ] || entry "$base.ash" "$root/bin/busybox" sh "$root/tests/$base.script"
        entry "$base.bash" "$root/bin/bash" "$root/tests/$base.script"
    done
}

make_tree() {
    local name
    rm -rf "$WORK"
    mkdir -p "$tree/bin" "$tree/tests" "$WORK/said"
    cp "$PROGRAMS/busybox" "$PROGRAMS/bash" "$PROGRAMS/run-tests" "$tree/bin"
    while read -r name; do
        ln -s busybox "$tree/bin/$name"
    done <"$PROGRAMS/busybox.links"
    entries >"$tree/tests/list"
}

run() {
    if [ "$where" = guest ]; then
        tar --format=ustar -C "$tree" -cf "$WORK/tree.tar" .
        INITFS=$WORK/tree.tar RUN='run /bin/run-tests /tests/list' TIMEOUT=${TIMEOUT:-1800} \
            tools/qemu.sh script
    else
        "$tree/bin/run-tests" "$tree/tests/list"
    fi
}

# One file for each test: what it wrote, and how it ended.
take_apart() {
    local line file=$WORK/said/nothing
    while IFS= read -r line; do
        line=${line%$'\r'}
        case $line in
        "test "*) file=$WORK/said/${line#test } && : >"$file" ;;
        "|"*) printf '%b\n' "${line#|}" >>"$file" ;;
        "status "* | "signal "* | timeout) echo "$line" >>"$file" ;;
        esac
    done
}

expected_of() { # NAME
    local own=$here/$1.expected
    [ -f "$own" ] && echo "$own" || echo "$here/${1%.*}.expected"
}

passed=0 failed=0
judge() { # NAME
    if diff -u "$(expected_of "$1")" "$WORK/said/$1" >"$WORK/$1.diff" 2>&1; then
        echo "ok shell $1"
        passed=$((passed + 1))
    else
        echo "not ok shell $1"
        head -n 20 "$WORK/$1.diff"
        failed=$((failed + 1))
    fi
}

# Where both shells say the same one file is enough.
record() { # BASE
    local ash=$WORK/said/$1.ash bash=$WORK/said/$1.bash
    rm -f "$here/$1.expected" "$here/$1.bash.expected"
    [ -f "$ash" ] || ash=$bash
    cp "$ash" "$here/$1.expected"
    cmp -s "$ash" "$bash" || cp "$bash" "$here/$1.bash.expected"
}

make_tree
run | take_apart
names=$(sed -n 's/^test //p' "$tree/tests/list")
if [ "$where" = record ]; then
    for name in $names; do
        case $name in *.bash) record "${name%.bash}" ;; esac
    done
fi
for name in $names; do
    judge "$name"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
