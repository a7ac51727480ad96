# A job on a writes files and records their stamps; at once a job on b reads them, through caches that have just looked at
# them, or have just missed them. With protection b reads what a wrote, each time; plain commands beside it do not.
rounds=${NFSTOOLS_NFS_JOB_ROUNDS:-6}
files=20

# An hour apart, a now ahead of the server, now behind it: no rule may depend on a client's clock.
sign=$(((seed + ${version%.*}) % 2 ? -1 : 1))
set_clock a $((sign * 1800))
set_clock b $((-sign * 1800))
on a "mkdir '$directory/made'"

: >"$work/waited"
stale=0 plain=0 plain_stale=0
for ((round = 0; round < rounds; round++)); do
    # Two rounds with the same names: the first finds them missing on b, the second rewritten.
    names=made/$((round / 2))
    on b "cd '$directory'; ls -l made >/dev/null; for i in \$(seq $files); do cat $names.\$i $names.plain.\$i; done >/dev/null 2>&1; true"
    on a "cd '$directory'; $nfstools run -n \$(for i in \$(seq $files); do echo -o $names.\$i; done) --record m.json -- \
        sh -c 'for i in \$(seq $files); do echo round $round >$names.\$i; echo round $round >$names.plain.\$i; done'" || fail "round $round: the job on a ended with $?"
    # What a plain command on b makes of it: a file's time and whether it is there come from caches.
    on b "cd '$directory'; for i in \$(seq $files); do stat -c %y $names.plain.\$i 2>/dev/null || echo missing; done" >"$work/seen"
    on a "cd '$directory'; for i in \$(seq $files); do stat -c %y $names.plain.\$i; done" >"$work/made"
    fresh=$(paste -d '|' "$work/seen" "$work/made" | awk -F '|' '$1 == $2 { n++ } END { print n + 0 }')
    plain=$((plain + files)) plain_stale=$((plain_stale + files - fresh))
    on b "cd '$directory'; $nfstools run -n --expect m.json -o read --json '/host$work/report' -- sh -c 'for i in \$(seq $files); do cat $names.\$i; done >read'" ||
        fail "round $round: the job on b ended with $?: $(grep -m 1 '"reason"' "$work/report")"
    right=$(on b "grep -c '^round $round\$' '$directory/read'") || true
    stale=$((stale + files - right))
    grep -o '"waitedSeconds": [0-9.]*' "$work/report" | cut -d ' ' -f 2 | sort -n | tail -n 1 >>"$work/waited"
done
[ "$stale" = 0 ] || fail "$stale of $((rounds * files)) reads with protection were stale"
[ "$plain_stale" -gt 0 ] || fail 'the bed shows no stale look without protection'

# An input that a changes while the job on b runs.
on a "echo before >'$directory/input'"
start b changing "cd '$directory' && exec $nfstools run -n -i input -- sh -c 'cat input >/dev/null; touch /tmp/scenario/read; until [ -e /tmp/scenario/go ]; do sleep 0.1; done'"
wait_for 30 'the job on b has read its input' on b '[ -e read ]'
on a "echo after >'$directory/input'"
on b 'touch go'
wait_for 30 'the job on b ends' ended b changing
[ "$(on b 'cat changing.status')" = 121 ] || fail "a changed input ended with $(on b 'cat changing.status'), not with 121"

# Outputs that the job did not write.
code() { on b "cd '$directory'; $nfstools run -n $1 2>/dev/null; echo \$?"; }
on a "echo old >'$directory/old'"
[ "$(code '-o old true')" = 122 ] || fail 'an old output was believed'
[ "$(code '-o none true')" = 122 ] || fail 'a missing output was believed'
[ "$(code '-o old sh -c "echo old >old"')" = 0 ] || fail 'an output written anew was not believed'

# The server away: the check waits as told, and ends with its own code; where the server comes back in time, the job runs.
"$here/bed" link server down
[ "$(on b "$nfstools run -n --retries 2 --delay 3s -i '$directory/old' touch ran 2>/dev/null; echo \$?")" = 120 ] || fail 'without the server the check did not end with 120'
on b '[ ! -e ran ]' || fail 'without the server the job was run'
start b away "exec $nfstools run -n --retries 6 --delay 10s -i '$directory/old' true"
sleep 5
running b away || fail 'the check did not wait for the server'
"$here/bed" link server up
wait_for 60 'the job runs once the server is back' ended b away
[ "$(on b 'cat away.status')" = 0 ] || fail "with the server back the job ended with $(on b 'cat away.status')"

left=$(on a "ls -A '$directory' | grep -e nfstools-probe -e tmp\$") && fail "left behind: $left"
echo "$((rounds * files)) reads with none stale, of $plain plain looks $plain_stale were, median check $(sort -n "$work/waited" | awk '{ w[NR] = $1 } END { print 1000 * w[int((NR + 1) / 2)] }') ms"
