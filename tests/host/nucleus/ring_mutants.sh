#!/usr/bin/env bash
# ring_mutants.sh: breaks the ring in one place at a time and sees that a host test fails. Each line
# below is a name, a file, and a sed expression that makes the change.
#
#   tests/host/nucleus/ring_mutants.sh [NAME...]
set -u
cd "$(dirname "$0")/../../.."

mutants() {
    cat <<'END'
publish-relaxed          ring_inline.h    /ring_word(tail), ACQ_REL/s/ACQ_REL/RELAXED/
publish-acquire          ring_inline.h    /ring_word(tail), ACQ_REL/s/ACQ_REL/ACQUIRE/
publish-release          ring_inline.h    /ring_word(tail), ACQ_REL/s/ACQ_REL/RELEASE/
publish-in-two           ring_inline.h    s/bool wake = ring_exchange(&p->ring->tail, ring_word(tail), ACQ_REL)/uint64_t old = ring_load(\&p->ring->tail, ACQUIRE); ring_store(\&p->ring->tail, ring_word(tail), RELEASE); bool wake = old/
see-room-relaxed         ring_inline.h    /ring_load(&p->ring->head, ACQUIRE)/s/ACQUIRE/RELAXED/
see-items-relaxed        ring_inline.h    /ring_load(&c->ring->tail, ACQUIRE)/s/ACQUIRE/RELAXED/
release-relaxed          ring_inline.h    /ring_word(head), ACQ_REL/s/ACQ_REL/RELAXED/
release-acquire          ring_inline.h    /ring_word(head), ACQ_REL/s/ACQ_REL/ACQUIRE/
release-release          ring_inline.h    /ring_word(head), ACQ_REL/s/ACQ_REL/RELEASE/
release-in-two           ring_inline.h    s/bool wake = ring_exchange(&c->ring->head, ring_word(head), ACQ_REL)/uint64_t old = ring_load(\&c->ring->head, ACQUIRE); ring_store(\&c->ring->head, ring_word(head), RELEASE); bool wake = old/
doorbell-forgotten       ring_inline.h    /^static inline bool ring_publish_next/,/^}/s/return wake/return false/
room-bell-forgotten      ring_inline.h    /^static inline bool ring_release_next/,/^}/s/return wake/return false/
room-one-too-many        ring_inline.h    s/MIN(head + p->capacity, /MIN(head + p->capacity + 1, /
reserve-past-the-end     ring_inline.h    s/p->limit = MIN(.*/p->limit = head + p->capacity;/
take-past-the-end        ring_inline.h    s/c->limit = MIN(.*/c->limit = tail;/
head-may-go-back         ring_inline.h    s/head < p->head_seen || //
head-may-run-ahead       ring_inline.h    s/ || head > p->tail//
tail-may-go-back         ring_inline.h    s/tail < c->tail_seen || //
tail-may-run-ahead       ring_inline.h    s/ || tail > c->head + c->capacity//
head-error-forgotten     ring_inline.h    s/p->broken = true;//
tail-error-forgotten     ring_inline.h    s/c->broken = true;//
broken-but-direct        ring_inline.h    s/p->flags &= ~(unsigned)RING_DIRECT;//
broken-producer-goes-on  ring_inline.h    s/p->limit = 0;//; s/p->flags &= ~(unsigned)RING_DIRECT;//
broken-consumer-goes-on  ring_inline.h    s/c->limit = 0;//; s/c->flags &= ~(unsigned)RING_DIRECT;//
reserve-inline-twice     ring_inline.h    s/return p->reserved == 0 ?/return true ?/
take-inline-twice        ring_inline.h    s/return c->taken == 0 ?/return true ?/
publish-too-much         ring_inline.h    s/nr == 0 || nr > p->reserved || /nr == 0 || /
release-too-much         ring_inline.h    s/nr == 0 || nr > c->taken/nr == 0/
many-without-marks       ring_inline.h    s/ || p->flags & RING_MANY)/)/
fill-uncounted           ring_inline.h    s/__atomic_store_n(&c->highest.*/;/
first-mark-acquire       ring_producer.c  /ring_mark(p->tail), ACQ_REL/s/ACQ_REL/ACQUIRE/
first-mark-release       ring_producer.c  /ring_mark(p->tail), ACQ_REL/s/ACQ_REL/RELEASE/
first-mark-first         ring_producer.c  s/^    for (uint64_t mark = ring_mark(p->tail + nr - 1);/    bool wake = ring_exchange(\&first->word[RING_MARK], ring_mark(p->tail), ACQ_REL) \& ASLEEP; if (wake) return true;&/
marks-too-few            ring_producer.c  s/cell = first + nr - 1;/cell = first;/
claim-unchecked          ring_producer.c  s/nr > 0 && !ring_replace_relaxed(&p->ring->tail, &word, ring_word(tail + nr))/(ring_store(\&p->ring->tail, ring_word(tail + nr), RELAXED), false)/
claim-past-the-end       ring_producer.c  s/MIN(MIN(free, ring_to_end(p->capacity, tail)), wanted)/MIN(free, wanted)/
claim-one-too-many       ring_producer.c  s/p->head_seen + p->capacity - tail/p->head_seen + p->capacity - tail + 1/
claim-head-relaxed       ring_producer.c  /p->head_seen = ring_index(ring_load/s/ACQUIRE/RELAXED/
claim-looks-twice        ring_producer.c  s/MIN(MIN(free, ring_to_end(p->capacity, tail)), wanted)/MIN(MIN(find_room(p, tail, wanted), ring_to_end(p->capacity, tail)), wanted)/
producer-sleep-release   ring_producer.c  /ring_or(&p->ring->head, ASLEEP, ACQ_REL)/s/ACQ_REL/RELEASE/
producer-sleep-acquire   ring_producer.c  /ring_or(&p->ring->head, ASLEEP, ACQ_REL)/s/ACQ_REL/ACQUIRE/
producer-sleep-unsaid    ring_producer.c  s/ring_or(&p->ring->head, ASLEEP, ACQ_REL)/ring_load(\&p->ring->head, ACQUIRE)/
producer-sleep-at-once   ring_producer.c  s/p->limit == p->tail : -EPROTO/1 : -EPROTO/
many-sleep-at-once       ring_producer.c  s/return room(p, ring_index(ring_load(&p->ring->tail, RELAXED))) <= 0;/return 1;/
reserve-twice            ring_producer.c  /^int ring_reserve_slowly/,/^}/s/if (p->reserved > 0)/if (false)/
publish-unchecked        ring_producer.c  s/if (nr > p->reserved || .*/if (false)/
drops-uncounted          ring_producer.c  s/p->flags & RING_DROP ? &p->dropped : &p->refused/\&p->refused/
marked-relaxed           ring_consumer.c  /ring_load(&cell->word\[RING_MARK\], ACQUIRE)/s/ACQUIRE/RELAXED/
mark-of-any-lap          ring_consumer.c  s/if ((ring_load(&cell->word\[RING_MARK\], ACQUIRE) & ~ASLEEP) != mark)/if (!(ring_load(\&cell->word[RING_MARK], ACQUIRE) \& ~ASLEEP))/
marked-past-the-end      ring_consumer.c  s/MIN(wanted, ring_to_end(c->capacity, c->head))/wanted/
consumer-sleep-release   ring_consumer.c  /ring_or(&c->ring->tail, ASLEEP, ACQ_REL)/s/ACQ_REL/RELEASE/
consumer-sleep-acquire   ring_consumer.c  /ring_or(&c->ring->tail, ASLEEP, ACQ_REL)/s/ACQ_REL/ACQUIRE/
consumer-sleep-unsaid    ring_consumer.c  s/ring_or(&c->ring->tail, ASLEEP, ACQ_REL)/ring_load(\&c->ring->tail, ACQUIRE)/
consumer-sleep-at-once   ring_consumer.c  s/return tail == c->head;/return 1;/
consumer-mark-acquire    ring_consumer.c  /ring_or(mark, ASLEEP, ACQ_REL)/s/ACQ_REL/ACQUIRE/
consumer-mark-unsaid     ring_consumer.c  s/ring_or(mark, ASLEEP, ACQ_REL)/ring_load(mark, ACQUIRE)/
cells-not-copied         ring_consumer.c  s/\*cells = c->copies;/;/
cells-read-twice         ring_consumer.c  s/to\[i\].word\[w\] = ring_load/ring_load(\&from[i].word[w], RELAXED), to[i].word[w] = ring_load/
copies-overrun           ring_consumer.c  s/MIN(MIN(seen, wanted), c->nr_copies)/MIN(seen, wanted)/
copies-bypassed          ring_consumer.c  s/c->limit = 0;.*//
take-twice               ring_consumer.c  /^int ring_take_slowly/,/^}/s/if (c->taken > 0)/if (false)/
release-unchecked        ring_consumer.c  s/if (nr > c->taken)/if (false)/
END
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
flags="-std=gnu11 -D_GNU_SOURCE -g -w -DNUCLEUS_HOSTED -include nucleus/include/base.h"

# Builds and runs the tests on the sources in $work; the first test that fails, or nothing.
first_failure() {
    local folders="-iquote tests/host/nucleus/shim -iquote $work/nucleus/include -iquote $work/nucleus/core"
    local failure sources="$work/nucleus/core/ring_producer.c $work/nucleus/core/ring_consumer.c" \
        test
    for test in ring ring_boundary ring_copy ring_explore; do
        case $test in
        ring | ring_boundary) set -- -O1 -fsanitize=address,undefined \
            -fno-sanitize-recover=all $sources ;;
        *) set -- -O2 ;;
        esac
        # shellcheck disable=SC2086
        gcc $flags $folders "$@" -o "$work/test" "$work/tests/host/nucleus/${test}_test.c" ||
            { echo "does not compile"; return; }
        "$work/test" --seed 1 --seconds 2 >"$work/output"
        failure=$(sed -n 's/^FAIL \([^:]*\):.*/\1/p' "$work/output" | head -n 1)
        [ -z "$failure" ] || { echo "$failure"; return; }
    done
}

chosen=" $* "
while read -r name file change; do
    [ $# -eq 0 ] || [[ $chosen == *" $name "* ]] || continue
    mkdir -p "$work/nucleus" "$work/tests/host"
    cp -r nucleus/core nucleus/include "$work/nucleus/"
    cp -r tests/host/nucleus tests/host/check.h "$work/tests/host/"
    cp tests/counts.h "$work/tests/"
    file=$(cd "$work" && find nucleus -name "$file")
    sed -i "$change" "$work/$file"
    if cmp -s "$file" "$work/$file"; then
        failure="" why="the change changes nothing"
    else
        failure=$(first_failure) why="every test passes"
    fi
    if [ -n "$failure" ] && [ "$failure" != "does not compile" ]; then
        passed=$((passed + 1))
        echo "ok $name: $failure"
    else
        failed=$((failed + 1))
        echo "FAIL $name: ${failure:-$why}"
    fi
done < <(mutants)
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
