# grep.
printf 'apple\nBanana\ncherry pie\n12345\na.b\n\nfoo bar foo\n' >t
printf 'apple\npear\n' >u
grep a t; grep -c a t; grep -n an t; grep -v a t
grep -i banana t; grep -l apple t u; grep -L pear t u
grep -h apple t u
grep -E '^[0-9]+$' t; grep -E 'app|che' t; grep -F 'a.b' t
grep 'a\.b' t; grep -w foo t; grep -o 'fo*' t
grep -x apple t
grep -e pie -e 123 t; grep -q apple t; echo $?; grep nosuch t
echo $?; grep x nosuchfile 2>/dev/null; echo $?
grep '^$' t | wc -l; grep -A 1 Banana t; grep -B 1 Banana t
grep -m 1 a t; grep -c '' t; grep -s x nosuch; echo $?
mkdir d; cp t d/1; cp u d/2; grep -r apple d | sort
grep -rl pear d; printf 'p.*e\n' >patterns
grep -f patterns t
grep '[[:upper:]]' t; grep '[[:space:]]' t
grep -E '(foo).*\1' t; grep -E 'p{2}' t
seq 1 10000 | grep -c 7
