#!/usr/bin/env bash
# cores.sh: what each core executes when several work together, counted from outside
# (count_instructions.c), while the cores run in parallel. Waiting in a loop for another core is
# left out. Prints JSON lines: medians.
#
# From the environment: what tools/qemu.sh takes, NM, and PLUGIN, the library.
set -eu

marks=$(mktemp)
trap 'rm -f "$marks"' EXIT

addresses=$("$NM" "$KERNEL" | awk '/ hal_probe_mark_/ { sub("hal_probe_mark_", "", $3); printf ",%s=%s", $3, $1 }')

# count CORES BENCHMARK: its lines of marks.
count() {
    : >"$marks"
    SMP=$1 RUN="bench $2" QEMU_EXTRA="-plugin $PLUGIN,out=$marks$addresses ${QEMU_EXTRA:-}" \
        tools/qemu.sh script >/dev/null
    cat "$marks"
}

# Medians of what was executed from one mark to another one: between FROM TO WHO. WHO is `to`, the
# core that came by the second mark, or `others`: all but that one, in order, then one line each.
between() {
    awk -v from="$1" -v to="$2" -v who="$3" '
        function done(core) { return $(3 + 2 * core) - $(4 + 2 * core) }
        $1 == from { for (core = 0; 3 + 2 * core < NF; core++) since[core] = done(core) }
        $1 == to && who == "to" { print 0, done($2) - since[$2] }
        $1 == to && who == "others" {
            n = 0
            for (core = 0; 3 + 2 * core < NF; core++) if (core != $2) print n++, done(core) - since[core]
        }' | sort -n -k1,1 -k2,2 | awk '
        function median() { if (n) print all[int((n + 1) / 2)]; n = 0 }
        $1 != who { median(); who = $1 }
        { all[++n] = $2 }
        END { median() }' | paste -sd,
}

line() {
    printf '{"name":"%s","architecture":"%s",%s}\n' "$1" "$ARCH" "$2"
}

alone=$(count 1 marked-minor | between begin end to)
line 'minor collection' "\"collector\":$alone"

together=$(count 4 marked-minor)
collector=$(between begin end to <<<"$together")
others=$(between begin end others <<<"$together")
line 'minor collection, 3 idle cores' \
    "\"collector\":$collector,\"added\":$((collector - alone)),\"others\":[$others]"

wakes=$(count 4 marked-wake)
sender=$(between begin step to <<<"$wakes")
receiver=$(between begin end to <<<"$wakes")
line 'wake on another core' \
    "\"sender\":$sender,\"receiver\":$receiver,\"both\":$((sender + receiver))"

idle=$(count 4 marked-idle | between begin end others)
line 'idle for 100 ms' "\"others\":[$idle]"
