#!/usr/bin/env bash
# test.sh host|guest|linux SOURCE...: runs each source's program and compares what it writes, and
# its status, with the file NAME.expected beside the source. Where: see tests/process/run_tree.sh.
# From the environment: PROGRAMS (a folder with the programs and run-tests), WORK, and what
# run_tree.sh wants.
set -u

where=$1
shift
tree=$WORK/tree
root=
[ "$where" != host ] || root=$tree
# A hundred runtimes collect on one emulated core.
SECONDS_A_TEST=180
# shellcheck source=tests/process/answers.sh
. tests/process/answers.sh

rm -rf "$WORK"
mkdir -p "$tree/bin" "$tree/tests"
cp "$PROGRAMS/run-tests" "$tree/bin"
for source; do
    name=$(basename "${source%.*}")
    cp "$PROGRAMS/$name" "$tree/bin"
    entry "$name" "$root/tests" "$root" "$root/bin/$name"
done >"$tree/tests/list"
tests/process/run_tree.sh "$where" "$tree" | take_apart "$WORK/said"
for source; do
    name=$(basename "${source%.*}")
    judge "program $name" <(cat "${source%.*}.expected" && echo 'status 0') "$WORK/said/$name"
done
judge_resources "$where" "$WORK/said"
report
