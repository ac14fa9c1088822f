#!/usr/bin/env bash
# run.sh host|guest|linux|record: the scripts in this folder under Debian's busybox sh and bash,
# with busybox's commands, as tests: what each writes, and its status, is what NAME.expected says
# (NAME.bash.expected where bash has its own opinion).
#
# Where: see ../run_tree.sh; record writes the expected files from what this machine's run says.
# From the environment: PROGRAMS (a folder with busybox, bash and run-tests), WORK, what run_tree.sh
# wants; CASES chooses by name.
set -u

where=$1
here=tests/process/shell
tree=$WORK/tree
said=$WORK/said
root=
case $where in host | record) root=$tree ;; esac
# shellcheck source=tests/process/answers.sh
. tests/process/answers.sh

# A script runs in a folder of its own, and finds nothing but our commands.
under() { # NAME SHELL-WORD...
    local name=$1
    shift
    mkdir -p "$tree/tests/$name"
    entry "$name" "$root/tests/$name" "$root" "$@"
}

entries() {
    local script base
    for script in "$here"/*.sh "$here"/*.bash; do
        base=$(basename "${script%.*}")
        [ "$base" != run ] || continue
        case " ${CASES:-$base} " in *" $base "*) ;; *) continue ;; esac
        cp "$script" "$tree/tests/$base.script"
        [ "${script##*.}" = bash ] || under "$base.ash" "$root/bin/busybox" sh "$root/tests/$base.script"
        under "$base.bash" "$root/bin/bash" "$root/tests/$base.script"
    done
}

# What the scripts leave in their folders is no loss of the system's.
tidy() {
    entry tidy "$root/tests" "$root" "$root/bin/busybox" sh -c 'rm -rf /tests/*.ash/* /tests/*.bash/* /tmp/*'
}

make_tree() {
    local name
    rm -rf "$WORK"
    mkdir -p "$tree/bin" "$tree/tests"
    cp "$PROGRAMS/busybox" "$PROGRAMS/bash" "$PROGRAMS/run-tests" "$tree/bin"
    while read -r name; do
        ln -s busybox "$tree/bin/$name"
    done <"$PROGRAMS/busybox.links"
    entries >"$tree/tests/list"
    [ "$where" != guest ] || tidy >>"$tree/tests/list"
}

expected_of() { # NAME
    local own=$here/$1.expected
    [ -f "$own" ] && echo "$own" || echo "$here/${1%.*}.expected"
}

# Where both shells say the same one file is enough.
record() { # BASE
    local ash=$said/$1.ash bash=$said/$1.bash
    rm -f "$here/$1.expected" "$here/$1.bash.expected"
    [ -f "$ash" ] || ash=$bash
    cp "$ash" "$here/$1.expected"
    cmp -s "$ash" "$bash" || cp "$bash" "$here/$1.bash.expected"
}

make_tree
tests/process/run_tree.sh "${where/record/host}" "$tree" | take_apart "$said"
names=$(sed -n 's/^test //p' "$tree/tests/list")
if [ "$where" = record ]; then
    for name in $names; do
        case $name in *.bash) record "${name%.bash}" ;; esac
    done
fi
for name in $names; do
    [ "$name" = tidy ] || judge "shell $name" "$(expected_of "$name")" "$said/$name"
done
judge_resources "$where" "$said"
report
