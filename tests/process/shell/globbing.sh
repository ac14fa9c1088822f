# Names from patterns, in order.
mkdir d; cd d || exit
touch a b ab abc .hidden 'with space' x1 x2 x10; mkdir sub
touch sub/a sub/c
echo *
echo a*
echo ?
echo [ax]*
echo [!a]*
echo x[0-9]
echo */*
echo .h*
echo no*match
echo "*" '?' \*
set -f; echo *; set +f
for f in w*; do echo "<$f>"; done
case abc in a?c) echo matches ;; *) echo does not ;; esac
case file.tar.gz in *.gz) echo gz ;; esac
v='a*'; echo $v "$v"
echo sub/../a*
