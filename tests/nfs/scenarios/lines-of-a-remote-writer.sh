# a appends torn lines to a log and rotates it in every way; watch --content on b, which had looked for the log and missed it,
# tells each line once, in order and as remote.
records=400

on a "mkdir '$directory/logs'"
start b lines "exec $nfstools watch --content '$directory/logs/lsb.acct' --poll $poll --json >told.json"
wait_for 30 'the watch waits for the log' logged b lines 'waiting for it'
start a writer "exec $testkit write --live $directory/logs/lsb.acct --records $records --per-second 40 --truth >(stamp >truth) \
    --rotate-every 90 --rotations Rename,CopyUnlinkRenumber,CopyTruncate --torn --torn-pause-ms 3 --seed $seed"
wait_for 120 'the writer ends' ended a writer
[ "$(on a 'cat writer.status')" = 0 ] || fail 'the writer failed'

# The archives, oldest first, and the live log.
on a "cd '$directory/logs' && cat \$(ls -v lsb.acct.* | tac) lsb.acct >'/host$work/written'"
all_told() { [ "$(on b 'wc -l <told.json')" -ge "$(wc -l <"$work/written")" ]; }
wait_for $((poll + slack)) 'all lines are told' all_told
stop b lines
wait_for 20 'the watch ends when asked to' ended b lines
[ "$(on b 'cat lines.status')" = 0 ] || fail "the watch ended with status $(on b 'cat lines.status')"

fetch b told.json
jq -r .line "$work/told.json" >"$work/told"
diff "$work/written" "$work/told" >"$work/differences" || fail "missing: $(grep -c '^<' "$work/differences"), not written so: $(grep -c '^>' "$work/differences"), of $(wc -l <"$work/written") lines"
other=$(jq -r .origin "$work/told.json" | grep -cv remote) || true
[ "$other" = 0 ] || fail "$other lines were not told as remote"

echo "$(wc -l <"$work/told") lines of $(jq -r .generation "$work/told.json" | sort -u | wc -l) files, each once and in order"
