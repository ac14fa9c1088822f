#!/bin/sh
# secrets.sh: secrets_test, which SECRETS names, under Valgrind; the program counts the findings.
exec valgrind -q --log-file=/dev/null "$SECRETS"
