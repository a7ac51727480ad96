# a appends and rotates while b is cut off; then the server is, from both. Once it is back, b has each record once.
away=15

start_collector "$directory/lsb.acct"
start a writer "until [ -e enough ]; do sleep 0.2; done | exec $testkit write --live $directory/lsb.acct --records 1000000 --per-second 50 --until-eof \
    --truth >(stamp >truth) --rotate-every 40 --rotations Rename,CopyUnlinkRenumber,CopyTruncate --torn --seed $seed"
wait_for 20 'the first records are collected' collected 50

archives() { on server "ls '/export/${directory##*/}' | grep -c 'acct\.'"; }
before=$(archives)
rotated() { [ "$(archives)" -ge $((before + 3)) ]; }
"$here/bed" link b down
# On NFSv4 the server first asks b to give back what it holds of the file, and waits for its lease to end.
wait_for 40 'a rotates without b' rotated
"$here/bed" link server down
sleep $away
"$here/bed" link server up
"$here/bed" link b up
back=$EPOCHREALTIME

# Whoever was cut off asks again after twice the time it waited last, so up to as long as it was away.
written=$(on a 'wc -l <truth')
goes_on() { [ "$(on a 'wc -l <truth')" -gt $((written + 100)) ]; }
wait_for 40 'the writer goes on' goes_on
on a 'touch enough'
wait_for 20 'the writer ends' ended a writer
[ "$(on a 'cat writer.status')" = 0 ] || fail 'the writer failed'
fetch a truth
wait_for 40 'the records are collected' collected "$(grep -c Job "$work/truth")"
check_store "$work/truth"

first=$(awk -v b="$(clock b)" -v back="$back" '/"event":"committed"/ && $1 - b > back { printf "%.1f", $1 - b - back; exit }' "$work/collector.log")
printf '%s records, %s\n' "$(wc -l <"$work/expected")" "$(on a 'sed -n "s/.* bytes, \(.* rotations\).*/\1/p" writer.log')"
printf 'b went on %s s after the server was back\n' "$first"
