# The holder's host is cut off from the server for longer than the lease of NFSv4 (10 s here). Its command, which does not heed
# SIGTERM, is ended before another host gets the lock. On NFSv4 that host gets it after the lease; a command that was allowed to go on
# for longer (--ttl) ends when its host hears from the server again. On NFSv3, which has no lease, the lock stays, and is freed by hand.
lock=$directory/lock
away=25
# On NFSv4 half of the lease without being told.
ttl=$([ "$version" = 3 ] && echo '--ttl 5' || true)

alive="trap : TERM; echo begun; while :; do date +%s.%N >alive.new && mv alive.new alive; sleep 0.1; done"
start a holder "exec $nfstools lock $lock $ttl -- sh -c '$alive'"
start a late "exec $nfstools lock $lock.late --ttl 600 --grace 1 -- sh -c 'echo begun; exec sleep 600'"
for title in holder late; do wait_for 20 'a has its locks' logged a $title begun; done
start b next "exec $nfstools lock $lock --wait 90 -- date +%s.%N"
start b stolen "exec $nfstools lock $lock.late --wait 90 -- true"
for title in next stolen; do wait_for 20 'b waits' logged b $title 'waiting for root on a'; done

"$here/bed" link a down
sleep $away
if [ "$version" = 3 ]; then
    running b next || fail 'b got the lock of a host that may hold it still'
    on b "$nfstools lock --status $lock" >"$work/found"
    grep -q " held .* a .*sh -c" "$work/found" || fail "the status does not name the holder: $(cat "$work/found")"
    remedy=$(sed -n 's/.*: cp /cp /p' "$work/found")
    [ -n "$remedy" ] || fail 'the status does not say what to do'
    on b "$remedy"
fi
wait_for 60 'b gets the lock' ended b next
[ "$(on b 'cat next.status')" = 0 ] || fail "b did not get the lock: $(on b 'tail -n 1 next.log')"
"$here/bed" link a up

wait_for 60 'the holder has ended' ended a holder
[ "$(on a 'cat holder.status')" = 119 ] || fail "the holder ended with status $(on a 'cat holder.status')"
logged a holder 'the lock is lost: it could not be confirmed for 5 s' || fail "the holder did not say why: $(on a 'tail -n 1 holder.log')"
margin=$(awk -v began="$(on b 'tail -n 1 next.log | cut -d " " -f 2')" -v b="$(clock b)" -v alive="$(on a 'cat alive')" -v a="$(clock a)" 'BEGIN { printf "%.1f", began - b - alive + a }')
[ "${margin#-}" = "$margin" ] || fail "the command on a went on for ${margin#-} s beside that on b"

if [ "$version" = 3 ]; then
    running a late || fail "a lock that the server keeps was lost: $(on a 'tail -n 1 late.log')"
    stop a late
    wait_for 60 'b gets the other lock when a lets go of it' ended b stolen
else
    wait_for 60 'a hears that its lock is lost' ended a late
    [ "$(on a 'cat late.status')" = 119 ] && logged a late 'the file server has given it up' || fail "the loss was not noticed: $(on a 'tail -n 1 late.log')"
fi
printf 'the command on a ended %s s before that on b began\n' "$margin"
