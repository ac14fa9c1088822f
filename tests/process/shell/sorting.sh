# sort, uniq, cut, tr, paste, nl, rev, tac, fold, expand, shuf, seq, expr, bc.
printf 'b 2\na 10\nc 1\na 9\n' >t
sort t; sort -r t; sort -k2 -n t; sort -k1,1 -k2,2n t
sort -u -k1,1 t; sort -t' ' -k2 t; printf '10\n9\n1\n' | sort
printf '10\n9\n1\n' | sort -n
sort -c t 2>/dev/null; echo $?
seq 1 20000 | sort -r | md5sum
seq 20000 -1 1 | sort -n | md5sum
printf 'a\na\nb\na\n' | uniq
printf 'a\na\nb\n' | uniq -c | tr -s ' '
printf 'a\na\nb\n' | uniq -d; printf 'a\na\nb\n' | uniq -u
cut -d' ' -f2 t; cut -c1 t; echo abcdef | cut -c2-4
echo a:b:c | cut -d: -f1,3; echo hello | tr 'a-y' 'b-z'
echo aabbcc | tr -s a-c; echo hello | tr -d l
echo 'x  y' | tr -s ' ' '\n'
echo AbC | tr '[:upper:]' '[:lower:]'; seq 3 | paste -s -d+ -
seq 4 | paste - -; seq 3 >n; paste n n
nl n | tr -s ' \t' ' '; echo abc | rev; tac n
echo abcdefgh | fold -w 3; printf 'a\tb\n' | expand -t 4
seq 10 | head -n -7; seq 10 | tail -n +9
echo one two three | wc -w; printf '1\n2\n3\n' | shuf | sort
seq -s, 5; seq 2 2 8 | tr '\n' ' '; echo; expr 6 \* 7
expr abc : 'a\(.\)'
factor 60 97; echo 'scale=3; 22/7; 2^64' | bc
cal 2 2024 | head -n 1 | tr -d ' '
od -An -tx1 <<END
AZ
END
