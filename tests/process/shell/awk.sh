# awk.
printf 'alice 30 paris\nbob 25 london\ncarol 35 paris\n' >t
awk '{ print $1, $NF }' t; awk '$2 > 26' t
awk '{ s += $2 } END { print s, s / NR }' t
awk -F: '{ print $2 }' <<END
a:b:c
END
awk '{ n[$3]++ } END { for (c in n) print c, n[c] }' t | sort
awk 'NR == 2 { print NR ": " $0 }' t
awk '/paris/ { c++ } END { print c }' t
awk 'BEGIN { for (i = 1; i <= 5; i++) printf "%d ", i * i; print "" }'
awk '{ print length($1), toupper($1), substr($1, 2, 3) }' t
awk 'BEGIN { x["a"]; if ("a" in x) print "in"; delete x["a"]; if (!("a" in x)) print "out" }'
awk '{ $2 = "-"; print }' OFS=, t
awk 'function f(n) { return n <= 1 ? 1 : n * f(n - 1) } BEGIN { print f(10) }'
awk '{ gsub(/a/, "A"); print }' t
awk 'BEGIN { n = split("a,b,c", p, ","); print n, p[3] }'
awk 'BEGIN { print index("hello", "l"), match("foobar", /o+/), RSTART, RLENGTH }'
awk -v v=5 'BEGIN { while (v-- > 0) { if (v == 2) continue; printf "%d", v }; print "" }'
awk 'BEGIN { printf "%.3f %e %s\n", 3.14159, 31415.9, 1e6 }'
awk 'BEGIN { print substr("hello", 0, 2), sprintf("%03d", 7), int(3.9), 7 % 3 }'
awk 'BEGIN { "echo sub" | getline x; print x; print "sorted" | "cat" }'
seq 1 100000 | awk '{ s += $1 } END { printf "%.0f\n", s }'
awk 'END { print NR }' t t; awk '{ print > ($3 ".out") }' t
cat london.out
