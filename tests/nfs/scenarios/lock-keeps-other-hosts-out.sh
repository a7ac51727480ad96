# Hosts a and b take one lock in turn, as fast as they can: never both at a time, and each time with an epoch of its own. Who finds it
# held is told by whom, or that it is another program; where its holder is killed its command ends and the other host gets the lock.
times=6
lock=$directory/lock

# mkdir and rmdir are the server's, so that two at a time would be noticed whatever the clients cache.
turns="for ((i = 0; i < $times; i++)); do
    $nfstools lock $lock --wait 60 -- bash -c 'mkdir $directory/inside || exit; echo \$NFSTOOLS_LOCK_EPOCH; sleep 0.0\$RANDOM; rmdir $directory/inside' || exit
done"
for host in a b; do start $host turns "$turns"; done
for host in a b; do
    wait_for 180 'all turns are over' ended $host turns
    [ "$(on $host 'cat turns.status')" = 0 ] || fail "$host: $(on $host 'grep -v waiting turns.log | tail -n 1')"
done
for host in a b; do on $host 'grep -v waiting turns.log'; done | cut -d ' ' -f 2 | sort -n >"$work/found"
seq $((2 * times)) | diff - "$work/found" >"$work/differences" || fail 'not each holder had an epoch of its own'

# Another program's lock is not told as that of who had it last.
start a other "exec 9<>$lock; flock 9; echo locked; exec sleep 1000"
wait_for 20 'another program has the lock' logged a other locked
[ "$(on b "$nfstools lock --status $lock --json" | jq -r '.[0] | "\(.held) \(.host) \(.epoch)"')" = 'true null null' ] || fail 'the status on b names a holder for the lock of another program'
code=0
on b "$nfstools lock $lock -- true" >"$work/found" 2>&1 || code=$?
[ $code = 118 ] && grep -q 'the lock is held by another program' "$work/found" || fail "b was not told of another program: $code, $(cat "$work/found")"
stop a other
wait_for 20 'another program has let go' ended a other

start a holder "exec $nfstools lock $lock -- sh -c 'echo begun; while :; do date +%s.%N >alive; done'"
wait_for 20 'a has the lock' logged a holder begun
code=0
on b "$nfstools lock $lock -- true" >"$work/found" 2>&1 || code=$?
[ $code = 118 ] && grep -q "the lock is held by root on a, process .*, epoch $((2 * times + 1)): sh -c" "$work/found" || fail "b was not told that a has the lock: $code, $(cat "$work/found")"
[ "$(on b "$nfstools lock --status $lock --json" | jq -r '.[0] | "\(.held) \(.host) \(.epoch)"')" = "true a $((2 * times + 1))" ] || fail 'the status on b does not name a'
[ "$(on b "stat -c %a $lock")" = 600 ] || fail 'others may read the lock file'

start b next "exec $nfstools lock $lock --wait 60 -- date +%s.%N"
wait_for 20 'b waits' logged b next 'waiting for root on a'
on a 'kill -KILL $(cat holder.pid)'
wait_for 20 'b has the lock' ended b next
[ "$(on b 'cat next.status')" = 0 ] || fail "b did not get the lock: $(on b 'tail -n 1 next.log')"
began=$(on b 'tail -n 1 next.log | cut -d " " -f 2')
overlap=$(awk -v alive="$(on a 'cat alive')" -v a="$(clock a)" -v began="$began" -v b="$(clock b)" 'BEGIN { printf "%.1f", alive - a - began + b }')
[ "${overlap%.*}" -le 0 ] || fail "the command of the killed holder went on for $overlap s beside the next one"
printf '%s turns, one at a time; a killed holder made way\n' $((2 * times))
