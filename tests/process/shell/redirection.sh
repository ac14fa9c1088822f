# Redirection: files, appending, duplicates of descriptors, reading and writing, errors.
echo first >a; echo second >>a; cat a
cat <a | wc -l
echo out >b 2>&1; cat b
ls /nonexistent 2>/dev/null; echo "status $?"
{ echo one; echo two >&2; } >c 2>d; cat c; cat d
{ echo one; echo two >&2; } >both 2>&1; cat both
exec 4>kept; echo kept >&4; exec 4>&-; cat kept
exec 5<a; read -r line <&5; echo "$line"; read -r line <&5
echo "$line"; exec 5<&-
echo 0123456789 >e; exec 6<>e; read -r line <&6
echo "read $line"; echo more >&6; exec 6>&-; cat e
(set -C; echo no >a) 2>/dev/null; echo "noclobber $?"
(set -C; echo yes >|a); cat a
: >empty; wc -c <empty
{ cat <nosuch; } 2>/dev/null; echo "status $?"
for n in 1 2 3; do echo $n; done >loop; cat loop
while read -r n; do echo "got $n"; done <loop
echo hidden >/dev/null; cat /dev/null | wc -c
(exec >inner; echo inside); cat inner
umask 077; : >private; stat -c %a private; umask 022
: >public; stat -c %a public
