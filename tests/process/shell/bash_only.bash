# What only bash has: arrays, process substitution, coprocesses, here-strings, pipefail,
# patterns, regular expressions.
a=(one two three); a+=(four)
echo "${a[1]} ${#a[@]} ${a[@]:1:2} ${!a[@]}"; unset 'a[0]'
echo "${a[*]}"
declare -A m=([x]=1 [y]=2); m[z]=3
for k in x y z; do echo "$k=${m[$k]}"; done; echo ${#m[@]}
cat <<<'here string'
read -r x y <<<'1 2 3'; echo "$y"
echo {1..5} {a,b}{1,2} {01..03}; echo $((2 ** 20))
((x = 5, x++)); echo $x
[[ abc == a* && ! abc =~ ^b ]] && echo pattern
[[ 2024-05 =~ ^([0-9]+)-([0-9]+)$ ]] && echo "${BASH_REMATCH[2]}"
for ((i = 0; i < 3; i++)); do printf '%s ' "$i"; done; echo
v=hello; echo "${v^^} ${v:1:3} ${v/l/L} ${v//l/L} ${v@Q}"
set -o pipefail; false | true; echo "pipefail $?"
set +o pipefail; false | true | (exit 3)
echo "${PIPESTATUS[@]}"
diff <(seq 1 3) <(seq 2 4) | tail -n +3
paste <(echo l) <(echo r); echo to a process > >(cat)
wait $!
coproc { while read -r line; do echo "echo $line"; done; }
echo ping >&"${COPROC[1]}"; read -r answer <&"${COPROC[0]}"
echo "$answer"; kill "$COPROC_PID"; wait 2>/dev/null
mapfile -t lines < <(seq 3); echo "${lines[2]}"
printf -v out '%03d' 7; echo "$out"
echo "${out@A}" | head -c 20; echo
f() { local -n ref=$1; ref=changed; }; z=1; f z; echo $z
shopt -s extglob nullglob; touch x1.c x2.h
echo !(*.h); echo none*
trap 'echo "error at $LINENO"' ERR; false; trap - ERR
select s in a b; do echo "chose $s"; break; done <<<2 2>/dev/null
time_of() { TIMEFORMAT=; time "$@"; }
time_of true && echo timed
echo "$BASHPID" | grep -c '^[0-9]*$'; (echo $BASH_SUBSHELL)
printf '%(%Y)T\n' 86400
sleep 100 & disown; kill %1 2>/dev/null || kill $!; set -m
sleep 100 & kill %%; wait %% 2>/dev/null; echo "job $?"
ulimit -n 100; ulimit -n
exec {fd}>named; echo data >&$fd; exec {fd}>&-; cat named
read -r -t 10 nothing </dev/null; echo "read $?"
read -r -n 3 three <<<abcdef; echo $three
