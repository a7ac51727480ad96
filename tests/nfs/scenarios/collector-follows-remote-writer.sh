# a appends torn records to a busy log and rotates it in every way, and now and then appends to a quiet one, whose attributes
# b's client believes for longer and longer. b, which inotify tells nothing of it, has each record once and in time.
records=2000

# An hour apart, and b now ahead of the server, now behind it: no rule may depend on a client's clock.
sign=$(((seed + ${version%.*}) % 2 ? -1 : 1))
set_clock a $((-sign * 1800))
set_clock b $((sign * 1800))
on a "mkdir '$directory/busy' '$directory/quiet'"

start_collector "$directory/{busy,quiet}/lsb.acct"
start b inotify "exec '/host$here/guest-inotify' $directory/busy"
wait_for 20 'the collector waits for the logs' logged b collector 'quiet.*waiting for it'
wait_for 20 'inotify watches the directory' logged b inotify watching

start a writer "exec $testkit write --live $directory/busy/lsb.acct --records $records --per-second 100 --truth >(stamp >truth) \
    --rotate-every 130 --rotations Rename,CopyUnlinkRenumber,CopyTruncate --torn --torn-pause-ms 3 --quirks 0.05 --seed $seed"
# Each line of the log is one record, and has its line in the truth file.
write_log "$work/quiet" 3 $((seed + 1000))
start a quiet "for i in 1 2 3; do
        sed -n \${i}p '/host$work/quiet' >>$directory/quiet/lsb.acct
        sed -n \${i}p '/host$work/quiet.truth'
        [ \$i = 3 ] || sleep 12
    done"
wait_for 120 'the writer ends' ended a writer
wait_for 60 'the quiet writer ends' ended a quiet
[ "$(on a 'cat writer.status')" = 0 ] || fail 'the writer failed'
wait_for $((poll + slack)) 'the records are collected' collected $((records + 3))

if logged b inotify event; then fail 'inotify on b saw a change that a made'; fi
on b "touch '$directory/busy/probe'"
wait_for 5 'inotify on b sees what b does' logged b inotify event

fetch a truth
fetch a quiet.log
check_store "$work/truth" "$work/quiet.log"
read -r worst median < <(delays "$directory/busy" "$work/truth")
in_time "$worst" || fail "a record took $worst s from its append to its commit, more than $poll + $slack s"
read -r quiet _ < <(delays "$directory/quiet" "$work/quiet.log")
in_time "$quiet" || fail "a record of the quiet log took $quiet s from its append to its commit, more than $poll + $slack s"

on a 'sed -n "s/.* \([0-9]* records\), .* bytes, \(.* rotations\), \(.*\) seconds/\1, \2 in \3 s/p" writer.log'
printf 'from append to commit at most %s s, median %s s, quiet log %s s\n' "$worst" "$median" "$quiet"
echo 'inotify on b: no event'
