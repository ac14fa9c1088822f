# left.awk: of what a kernel says that counts its resources before and after a list of tests: all
# but these counts, and one test more, as run-tests tells of its own: `test resources`, what is more
# or less than before, and status 0 or 1.
#
# All is to be as before but for what is a cache: pages of files that were loaded from the boot
# module stay, and the kernel's heap may have grown (tables that were large once, pages of pipes for
# the next ones), with tables for its pages.
BEGIN {
    slack["live words"] = 500000
    slack["kernel regions"] = 100
    slack["frames"] = 64
}

{ sub(/\r$/, "") }
/^processes +[0-9]+$/ { round++; counting = 1 }
counting {
    name = $0
    sub(/ +[0-9]+$/, "", name)
    count[name, round] = $NF
    names[name]
    if (name == "frames") counting = 0
    next
}
{ print }

END {
    print "test resources"
    if (round != 2 || counting) { print "|they were not counted twice\nstatus 1"; exit }
    for (round = 1; round <= 2; round++) count["frames", round] -= count["file pages", round]
    delete names["file pages"]
    for (name in names) {
        more = count[name, 2] - count[name, 1]
        if (more == 0 || name in slack && more <= slack[name]) continue
        printf "|%s: %d, then %d\n", name, count[name, 1], count[name, 2]
        bad = 1
    }
    print "status " bad + 0
}
