# b has looked for logs and missed them; a creates them. A plain stat on b would go on missing them for half a minute.
logs=8
records=5

for ((i = 1; i <= logs; i++)); do
    write_log "$work/log$i" $records $((seed * 1000 + i))
done
on a "cd '$directory' && mkdir beside \$(seq $logs)"

start_collector "'$directory'/{1..$logs}/lsb.acct"
all_wait() { [ "$(on b "grep 'waiting for it' collector.log | grep -o '[0-9]*/lsb.acct' | sort -u | wc -l")" = "$logs" ]; }
wait_for 30 'the collector waits for the logs' all_wait
# One that b misses just as well, in a directory that nobody looks at past the caches.
if on b "[ -e '$directory/beside/lsb.acct' ]"; then fail 'the log beside is there too early'; fi

start a creator "
    cp '/host$work/log1' '$directory/beside/lsb.acct'
    for i in \$(seq $logs); do
        sleep 0.\$((RANDOM % 900 + 100))
        echo create \$i
        cat '/host$work/log'\$i >'$directory'/\$i/lsb.acct
    done"
wait_for 20 'a log is collected' collected 1
plain=$(on b "stat -c 'it is there' '$directory/beside/lsb.acct' 2>&1 | sed 's/.*: //'")
wait_for $((logs + poll + slack)) 'the logs are collected' collected $((logs * records))

on a 'cat creator.log' >"$work/creator.log"
check_store "$work"/*.truth
worst=$(awk -v a="$(clock a)" -v b="$(clock b)" '
    NR == FNR { created[$3] = $1 - a; next }
    /"event":"committed"/ { match($0, /[0-9]+\/lsb.acct"/); seen[substr($0, RSTART, RLENGTH - 10)] = $1 - b }
    END { for (i in created) if (seen[i] - created[i] > worst) worst = seen[i] - created[i]; printf "%.1f", worst }' "$work/creator.log" "$work/collector.log")
in_time "$worst" || fail "a new log was collected $worst s after its creation, more than $poll + $slack s"

printf '%s logs collected at most %s s after their creation\n' $logs "$worst"
printf 'plain stat of one beside, meanwhile: %s\n' "$plain"
