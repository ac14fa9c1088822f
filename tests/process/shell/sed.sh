# sed.
seq 1 5 >n; printf 'the quick brown fox\njumps over\nthe lazy dog\n' >t
sed 's/the/THE/' t; sed 's/o/0/g;s/e/3/2' t; sed -n '2p' t
sed -n '$=' t; sed '2d' n; sed '2,4d' n; sed '/3/q' n
sed -n '/2/,/4/p' n; sed '1~2d' n; sed '3i before' n
sed '3a after' n; sed '3c changed' n; sed '$!d' n
sed '1!G;h;$!d' n
sed 's/\([a-z]*\) \([a-z]*\)/\2 \1/' t
sed -E 's/([a-z]+)$/<\1>/' t; sed 's/[aeiou]/(&)/g' t
sed 'y/abc/ABC/' t
sed '/quick/{s/brown/red/;s/fox/hen/}' t
sed -e 's/a/1/' -e 's/b/2/' t; sed '/^the/!s/^/> /' t
sed 'N;s/\n/+/' n
sed -n 'l' t | head -n 1; sed 's|/|:|g' <<END
a/b/c
END
sed -i 's/lazy/busy/' t; tail -n 1 t; sed -n '2{p;q}' t
sed '/over/r n' t; sed -n '/fox/w out' t; cat out
sed ':a;s/^\([0-9]*\)\([0-9]\{3\}\)/\1,\2/;ta' <<END
1234567
END
sed = n | sed 'N;s/\n/: /'; sed 's/x*/-/g' <<END
abc
END
