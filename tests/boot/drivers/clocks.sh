# clocks.sh: the clock that each machine has: it is read, set, and outlives its driver.
# shellcheck shell=bash disable=SC2154  # drivers.sh sets the rest

case_clocks() {
    local driver
    case $ARCH in
    x86_64) driver=cmos-clock ;;
    aarch64) driver=pl031-clock ;;
    riscv64) driver=goldfish-clock ;;
    esac
    # A thousand million seconds are 2001-09-09 01:46:40.
    for smp in 1 4; do
        run_case "$driver" '-rtc base=2031-05-06T07:08:09' \
            'date; date set clock0 1000000000; date; drivers kill clock0
            ; date; date from clock0; date; drivers; date to clock0; rings' \
            '^system +2031-05-06 07:08:.*, from the loader$' '^clock0 +2031-05-06 07:08:' \
            '^clock0 +2001-09-09 01:46:4' \
            '^system +2001-09-09 01:46:4.*, from clock0$' \
            "$driver +running; [12] lives, [01] killed" '^clock0/0 '
    done
    [ "$ARCH" != x86_64 ] ||
        run_case "$driver: nothing describes the machine" '-M microvm,acpi=off' \
        'date; devices; drivers' \
        '^clock0 .* on isa clock$' '^isa clock +PNP0B00$' '^isa clock +cmos-clock +running; 1 lives'
    boot 'drivers stop clock0; date; date from clock0' SMP=4
    expect "$driver: stopped" 1 '^clock0 +the clock has no driver any more' \
        '^date: clock0: the clock has no driver'
    boot 'date set clock0 never' SMP=4
    expect "$driver: no time" 1 '^date: never: not a number'
}
