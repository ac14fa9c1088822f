# edu.sh: the driver of docs/tutorial-driver.md.
# shellcheck shell=bash disable=SC2034,SC2154  # drivers.sh sets the rest

case_edu() {
    for smp in 1 4; do
        run_case 'edu: factorials' '-device edu,addr=9' \
            'lspci; factorial 5; factorial 12; drivers; irq' \
            '  1234:11e8  .*, driver edu$' '^5! = 120$' '^12! = 479001600$' \
            'edu +running; 1 lives, 0 killed$'
        run_case 'edu: killed' '-device edu,addr=9' \
            'factorial 10; drivers kill 00:09.0; factorial 10; drivers stop 00:09.0; drivers; drivers kill 00:09.0; sleep 0.5; factorial 3' \
            '^10! = 3628800$' 'edu +stopped' '^3! = 6$'
    done
    run_case 'edu: none' '' 'factorial 5; drivers' '^factorial: there is no device that computes'
    append=misbehave=drivers
    run_case 'edu: a driver that raises' '-device edu,addr=9' \
        'factorial 10; misbehave-driver 00:09.0 raise; factorial 11; drivers' '^10! = 3628800$' \
        '^11! = 39916800$' 'edu +running; 2 lives'
}
