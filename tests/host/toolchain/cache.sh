# shellcheck shell=bash disable=SC2154 # sourced by run.sh
# What build.sh promises about the cache. Its recipe is replaced by one that only leaves traces.

export BACTRIAN_CACHE=$scratch/cache
tools=$scratch/toolchain
links=$scratch/links
# The recipe's environment has little else that it could be told through.
export HOME=$scratch/home
mkdir "$tools" "$HOME"
cp -r "$root/toolchain/." "$tools"
echo "a source" >"$scratch/source.tgz"
source_sum=$(sha256sum "$scratch/source.tgz")
source_sum=${source_sum%% *}
echo "ocaml 1.0 source.tgz $source_sum" >"$tools/pins"

# Each step notes that it ran. The second leaves a file half written while a file `slow` exists, and
# fails while a file `broken` exists.
cat >"$tools/host.sh" <<'RECIPE'
set -eu
case $1 in
steps) printf '%s\n' 'one first' 'two second' 'three third' ;;
*)
    echo "$1" >>"$HOME/ran"
    if [ "$1" = two ]; then
        [ ! -e "$HOME/broken" ] || { echo "what went wrong"; exit 1; }
        [ ! -e "$WORK/half" ] || { echo "half a file is left"; exit 1; }
        [ ! -e "$HOME/slow" ] || { echo half >"$WORK/half"; sleep 60; }
    fi
    mkdir -p "$OUT"
    echo "$1" >>"$OUT/made"
    ;;
esac
RECIPE

# A cache that holds only the downloaded source.
fresh() {
    rm -rf "$BACTRIAN_CACHE" "$links" "$HOME/ran" "$HOME/slow" "$HOME/broken"
    mkdir -p "$BACTRIAN_CACHE/downloads"
    cp "$scratch/source.tgz" "$BACTRIAN_CACHE/downloads"
}

build() {
    "$tools/build.sh" "$links" host
}

ran() {
    [ "$(tr '\n' ' ' <"$HOME/ran")" = "$1" ]
}

# Nothing but what is complete: no component, or one that is linked to.
nothing_half_made() {
    ! compgen -G "$BACTRIAN_CACHE/*.partial" && ! compgen -G "$BACTRIAN_CACHE/downloads/*.partial"
}

builds() {
    fresh
    build && ran "one two three " && nothing_half_made &&
        [ "$(tr '\n' ' ' <"$links/host/made")" = "one two three " ] &&
        [ "$(cat "$links/host.stamp")" = "$(readlink "$links/host")" ]
}

builds_once() {
    local before
    before=$(stat -c %y "$links/host.stamp")
    [ -z "$(build 2>&1)" ] && ran "one two three " &&
        [ "$(stat -c %y "$links/host.stamp")" = "$before" ]
}

new_key() {
    local before
    before=$(readlink "$links/host")
    echo "# changed" >>"$tools/host.sh"
    build && [ "$(readlink "$links/host")" != "$before" ] && [ -d "$before" ] &&
        [ "$(cat "$links/host.stamp")" = "$(readlink "$links/host")" ]
}

goes_on() {
    fresh
    touch "$HOME/slow"
    # A session of its own, so that the killing reaches all of it and nothing else.
    setsid "$tools/build.sh" "$links" host &
    local pid=$! tries=0
    until compgen -G "$BACTRIAN_CACHE/*.partial/work/half"; do
        sleep 0.1
        tries=$((tries + 1))
        [ $tries -lt 100 ] || break
    done
    kill -9 -- -$pid
    wait $pid
    rm "$HOME/slow"
    [ ! -e "$links/host" ] && build && ran "one two two three " && nothing_half_made
}

two_at_once() {
    fresh
    build &
    local pid=$!
    build && wait $pid && ran "one two three "
}

damaged_source() {
    fresh
    echo "not the source" >"$BACTRIAN_CACHE/downloads/source.tgz"
    local found
    found=$(sha256sum "$BACTRIAN_CACHE/downloads/source.tgz")
    build 2>"$scratch/errors" && return 1
    cat "$scratch/errors"
    [ "$(wc -l <"$scratch/errors")" = 1 ] &&
        grep "source.tgz.*$source_sum.*${found%% *}" "$scratch/errors" &&
        [ ! -e "$BACTRIAN_CACHE/downloads/source.tgz" ] && [ ! -e "$HOME/ran" ] && nothing_half_made
}

failing_step() {
    fresh
    touch "$HOME/broken"
    build 2>"$scratch/errors" && return 1
    rm "$HOME/broken"
    grep "what went wrong" "$scratch/errors" && grep "second failed.*log" "$scratch/errors" &&
        [ ! -e "$links/host" ] && build && ran "one two two three "
}

check "a build takes each step, publishes and links" builds
check "a second build does nothing and leaves the stamp alone" builds_once
check "a changed recipe gives another component beside the old one" new_key
check "a killed build goes on after its last finished step" goes_on
check "two builds at once do the work once" two_at_once
check "a damaged source is one line with both sums, and is removed" damaged_source
check "a failing step shows its output and is taken again" failing_step
