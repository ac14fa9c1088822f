# Children in the background, waiting, signals, traps.
sleep 0 & wait $!; echo "waited $?"
(exit 5) & wait $!; echo "status $?"
for n in 1 2 3; do (echo "child $n" >"job$n") & done; wait
cat job1 job2 job3
(exit 3) & a=$!; (exit 4) & b=$!; wait $b; echo $?; wait $a; echo $?
sleep 100 & pid=$!; kill $pid; wait $pid 2>/dev/null
echo "terminated $?"
sleep 100 & pid=$!; kill -9 $pid; wait $pid 2>/dev/null
echo "killed $?"
kill -0 $$; echo "alive $?"; kill -0 $pid 2>/dev/null; echo "gone $?"
trap 'echo got USR1' USR1; kill -USR1 $$; echo after
trap '' USR2; kill -USR2 $$; echo ignored
sh -c 'kill -TERM $$' 2>/dev/null; echo "status $?"
sh -c 'trap "echo caught; exit 6" TERM; kill -TERM $$; echo never'
echo "status $?"
sh -c 'trap "echo last words" EXIT; exit 2'; echo "status $?"
(trap 'echo hup; exit 0' HUP; echo ready >fifo.ready; while :; do sleep 0.01; done) & pid=$!
while [ ! -s fifo.ready ]; do sleep 0.01; done
kill -HUP $pid; wait $pid; echo "status $?"
{ sleep 100 & a=$!; sleep 100 & kill $a $!; wait; echo none left; } 2>/dev/null
{ timeout 1 sleep 100; echo "timeout $?"; } 2>/dev/null
timeout 100 true; echo "timeout $?"
sh -c 'echo $PPID' | { read -r parent; [ "$parent" -gt 0 ] && echo has a parent; }
sleep 100 & pid=$!; kill -STOP $pid; kill -CONT $pid
kill $pid; wait $pid 2>/dev/null; echo "continued, ended $?"
mkfifo pipe; (echo through a fifo >pipe) & cat pipe; wait
setsid sh -c 'echo session'
echo "pid $(sh -c 'test $$ -gt 1 && echo good')"
