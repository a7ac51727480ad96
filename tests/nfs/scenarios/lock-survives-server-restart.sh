# The server is restarted under a lock: its client claims it again, and its command goes on. No other host gets it meanwhile.
lock=$directory/lock

start a holder "exec $nfstools lock $lock --ttl 90 --grace 1 -- sh -c 'echo begun; exec sleep 600'"
wait_for 20 'a has the lock' logged a holder begun
start b next "exec $nfstools lock $lock --wait 200 -- echo mine"
wait_for 20 'b waits' logged b next 'waiting for root on a'

inode=$(on server "stat -c %i /export/${lock#/mnt/v*/}")
kept() { on server "grep -q ':$inode 1073741824 EOF' /proc/locks"; }
kept || fail 'the server does not keep the lock'
on server 'rpc.nfsd 0'
! kept || fail 'the lock has outlived the server'
on server 'rpc.nfsd -H 0.0.0.0 8; sm-notify -f'
wait_for 60 'the server keeps the lock again' kept
on server '{ echo Y >/proc/fs/nfsd/v4_end_grace; echo Y >/proc/fs/lockd/nlm_end_grace; } 2>/dev/null || true'

# The client waits for the grace period to end by itself where it has asked before.
asked() { on b "$nfstools lock $lock -- true" >"$work/found" 2>&1 || [ $? = 118 ]; }
wait_for 120 'the server answers for locks again' asked
grep -q 'held by root on a' "$work/found" || fail "a has lost the lock: $(cat "$work/found")"
running a holder || fail "the holder ended: $(on a 'tail -n 1 holder.log')"
stop a holder
wait_for 60 'b gets the lock' ended b next
[ "$(on a 'cat holder.status')" = 143 ] || fail "the holder ended with status $(on a 'cat holder.status')"
[ "$(on b 'cat next.status')" = 0 ] || fail "b did not get the lock: $(on b 'tail -n 1 next.log')"
echo 'the lock was claimed again after the restart'
