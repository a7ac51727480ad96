# versions: 3
# Mounts whose locks do not leave the host are refused, with the reason; where only flock(2) stays local, locks go to the server.
mounted() { on "$1" "mkdir -p /mnt/other && mount -t nfs -o vers=3,nosharecache,$2 $server:/export /mnt/other"; }
other=/mnt/other/${directory##*/}

for option in nolock local_lock=all local_lock=posix; do
    mounted a $option
    code=0
    on a "$nfstools lock $other/lock -- touch ran" >"$work/found" 2>&1 || code=$?
    on a 'umount /mnt/other; ! [ -e ran ]' || fail "$option: the command was run"
    [ $code = 125 ] && grep -q "a lock there would not keep other hosts out: the mount has ${option%=*}" "$work/found" || fail "$option: $code, $(cat "$work/found")"
done

mounted a local_lock=flock
start a holder "exec $nfstools lock $other/lock -- sh -c 'echo begun; exec sleep 600'"
wait_for 20 'a has the lock' logged a holder begun
code=0
on b "$nfstools lock $directory/lock -- true" >"$work/found" 2>&1 || code=$?
[ $code = 118 ] || fail "local_lock=flock: b got the lock of a: $code"
stop a holder
wait_for 20 'the holder ends' ended a holder
on a 'umount /mnt/other'
echo 'nolock, local_lock=all and local_lock=posix refused; local_lock=flock shared'
