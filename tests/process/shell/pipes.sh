# Pipes: long ones, more than a pipe holds, ends that close early, statuses.
echo one | cat
printf 'c\nb\na\n' | sort | tr 'a-z' 'A-Z' | sed 's/$/!/'
seq 1 100000 | wc -l
seq 1 100000 | md5sum
yes | head -n 3
seq 1 1000 | { read -r first; read -r second; echo "$first $second"; cat >/dev/null; }
true | false; echo "status $?"
false | true; echo "status $?"
! true; echo "status $?"
echo quiet | cat >/dev/null | cat
i=0
while [ $i -lt 20 ]; do echo $i; i=$((i + 1)); done | cat | cat | cat | cat | tail -n 1
(echo in; echo err >&2) 2>&1 | sort
seq 5 | while read -r n; do echo "$((n * n))"; done | paste -s -d, -
{ sleep 0; echo late; } | cat
exec 3>&1; echo through 3 | cat >&3; exec 3>&-
dd if=/dev/zero bs=1000 count=1000 2>/dev/null | tr '\0' 'x' | wc -c
