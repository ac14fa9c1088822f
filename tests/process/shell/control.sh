# Loops, conditions, functions, subshells, statuses.
for i in 1 2 3 4 5; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done
i=0; until [ $i -ge 3 ]; do i=$((i + 1)); done; echo $i
if [ -d / ] && [ ! -e /nosuch ]; then echo both; elif true; then echo never; else echo never; fi
case x in a | b) echo ab ;; x) echo x ;; esac
f() { local v=inner; echo "$v $1"; return 7; }
v=outer; f arg; echo "$? $v"
factorial() { if [ "$1" -le 1 ]; then echo 1; else echo $(($1 * $(factorial $(($1 - 1))))); fi; }
factorial 10
(v=changed; cd /; exit 9); echo "$? $v"
{ v=changed; }; echo $v
false || echo or; true && echo and; true || echo never; echo end
set -e; (false; echo never) || echo "a subshell ended"; set +e
(set -u; echo "$nosuchvariable") 2>/dev/null; echo "unset $?"
[ 3 -gt 2 ]; echo $?; [ abc = abd ]; echo $?; [ -z "" ]
echo $?; [ a \< b ]; echo $?
nosuchcommand 2>/dev/null; echo "status $?"
: >notexecutable; ./notexecutable 2>/dev/null; echo "status $?"
printf '#!/bin/sh\necho "script $0 $*"\n' >script
chmod +x script; ./script 1 2
echo 'echo sourced $1; V=3' >lib; . ./lib; echo $V
eval 'x=1; echo "eval $x"'; type cd >/dev/null; command -v cd
trap 'echo at the end' EXIT
(trap 'echo in the subshell' EXIT; exit 4); echo "status $?"
while :; do while :; do break 2; done; done; echo out
sh -c 'exit 42'; echo $?
