# /proc, and the names in /dev that lead there.
basename "$(readlink /proc/self/exe)"
mkdir d
cd d || exit
[ "$(readlink /proc/self/cwd)" = "$PWD" ] && echo "the working directory"
cd ..
echo piped | cat /dev/stdin
echo text >a; cat /dev/fd/3 3<a; head -c 2 /proc/self/fd/4 4<a; echo
{ echo out >/dev/stdout; echo error >/dev/stderr; } 2>&1 | sort
exec 5<a; rm a; cat /proc/$$/fd/5; exec 5<&-
cut -d' ' -f2,3 /proc/self/stat
FOUND=me sleep 100 & pid=$!
[ -d /proc/$pid ] && echo there
until tr '\0' ' ' </proc/$pid/cmdline | grep sleep; do :; done
tr '\0' '\n' </proc/$pid/environ | grep FOUND
grep -c "^PPid:.$$\$" /proc/$pid/status
ps -o pid,comm | grep -c "^ *$pid "
kill -STOP $pid; until grep '^State:' /proc/$pid/status | grep stopped; do :; done
kill -CONT $pid; kill $pid; wait $pid 2>/dev/null
[ -d /proc/$pid ] || echo gone
cat /proc/$pid/stat 2>/dev/null; echo "status $?"
ls /proc/self/task | wc -l
ls /proc | grep -c '^[1-9]' >/dev/null && echo processes
grep -c '^VmRSS:' /proc/self/status
grep -c ' \[stack\]$' /proc/self/maps
awk '/^MemTotal:/ { print $3 }' /proc/meminfo
top -bn1 | grep -c '^Mem:'
free | grep -c '^Mem:'
cut -d' ' -f1 /proc/version
cat /proc/sys/kernel/ostype
[ "$(cat /proc/sys/kernel/random/uuid)" != "$(cat /proc/sys/kernel/random/uuid)" ] && echo random
[ -e /proc/nothing ] || echo nothing
rm -r d
