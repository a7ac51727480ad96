# a and b share a database and follow the log that c appends to and rotates. Round upon round, at a random moment, the one that
# collects is killed, paused with a batch in hand, cut off from the file server, from the database or from both; the other takes
# over in time, and what the former wants to commit late is refused. From half-time on the hosts' clocks are hours apart.
lease=6
most=$((lease + 2))
rounds=$((${NFSTOOLS_NFS_TAKEOVER_ROUNDS:-6} / 2))
kinds=(killed paused paused-in-commit no-files no-database unplugged)
RANDOM=$((seed + ${version%.*}))
declare -A title=([a]=none [b]=none) ahead
started=0
poll=0.5

# Each with a name of its own, so that the logs of those that were killed stay.
start_node() {
    title[$1]=collector$((++started))
    start "$1" "${title[$1]}" "exec $nfstools collect $directory/lsb.acct --cluster nfs --store '$shared_store' --lease $lease --poll $poll --log json"
}

signal() { on "$1" "kill -$2 \$(cat ${title[$1]}.pid)"; }

# How far the hosts' clocks are ahead of this machine's, as the quickest of several answers tells.
look_at_clocks() {
    local host
    for host in a b; do
        ahead[$host]=$(for _ in {1..10}; do
            before=$EPOCHREALTIME
            there=$(on $host 'echo $EPOCHREALTIME')
            awk -v t="$there" -v b="$before" -v a="$EPOCHREALTIME" 'BEGIN { printf "%.4f %.4f\n", a - b, t - (a + b) / 2 }'
        done | sort -n | awk 'NR == 1 { print $2 }')
    done
}

# Whether a host's collector is at work or ready to take over, and can read the log.
ready() { [ "$(ask "SELECT count(*) FROM node WHERE host = '$1' AND process_id = $(on "$1" "cat ${title[$1]}.pid") AND extract(epoch FROM now()) * 1000 - seen < 3000")" = 1 ]; }

holder() { ask "SELECT split_part(holder, ':', 1), epoch FROM lease"; }

# Whether the lease has another epoch; until then $expires is when it ends.
taken_over() {
    local epoch until
    read -r epoch until < <(ask 'SELECT epoch, expires / 1000.0 FROM lease')
    [ "$epoch" != "$1" ] || { expires=$until; false; }
}

refusals() { on "$1" "cat collector*.log | grep -c 'was taken over' || true"; }
refused() { [ "$(refusals "$1")" -gt "$2" ]; }

# session HOST CONDITION: whether a collector's session with the database is like that.
session() {
    [ "$(ask "SELECT count(*) FROM pg_stat_activity WHERE usename = 'collector' AND client_addr = '10.99.0.1$([ "$1" = a ] && echo 1 || echo 2)' AND $2")" != 0 ]
}

# Between two statements that make a batch ready to be committed, or behind them.
has_batch() { session "$1" "(state <> 'idle' OR query ~ 'staged_job|text_value')"; }

# In the transaction of a commit, which holds what the other one needs to take over.
in_commit() { session "$1" "wait_event_type = 'Lock'"; }

# The nodes of the store as a host is told: host, state, epoch, and what went wrong last.
nodes() { on "$1" "$nfstools status --store '$shared_store' --json" | jq -r '.nodes[] | [.host, .state, .epoch // "-", .lastError // "-"] | @tsv'; }

# shown HOST PATTERN...: whether a host is told of nodes like that, in this order, and of no other.
shown() {
    nodes "$1" >"$work/nodes"
    shift
    [ "$(wc -l <"$work/nodes")" = $# ] && paste <(printf '%s\n' "$@") "$work/nodes" | awk -F '\t' '{ line = $0; sub(/^[^\t]*\t/, "", line); if (line !~ $1) exit 1 }'
}

# What is sent to an address is lost without a word, until it is reached again. With a blackhole route the kernel says EINVAL to its own
# NFSv4 client instead, which may take that for an answer and refuse the mount from then on.
lose() { printf 'ip neigh replace %s lladdr 02:00:00:00:00:01 dev vec0 nud permanent' "$1"; }
reach() { printf 'ip neigh del %s dev vec0' "$1"; }

# Prints when, by this machine's clock.
strike() {
    local struck
    case $2 in
        killed) struck=$(on "$1" "echo \$EPOCHREALTIME; kill -KILL \$(cat ${title[$1]}.pid)") ;;
        paused)
            while struck=$(on "$1" "echo \$EPOCHREALTIME; kill -STOP \$(cat ${title[$1]}.pid)") && ! has_batch "$1"; do
                signal "$1" CONT
                # On a busy machine one pause may last longer than the lease: then no batch will ever come from there.
                [[ "$(holder)" = "$1"* ]] || fail "$1 lost the lease before it was paused with a batch in hand"
                sleep 0.13
            done ;;
        paused-in-commit)
            ask 'BEGIN; LOCK TABLE job_record IN SHARE MODE; SELECT pg_sleep(60)' >"$work/lock" 2>&1 &
            wait_for 60 "$1 commits" in_commit "$1"
            struck=$(on "$1" "echo \$EPOCHREALTIME; kill -STOP \$(cat ${title[$1]}.pid)")
            ask "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK TABLE%'" >"$work/unlock"
            wait $! || true ;;
        no-files) struck=$(on "$1" "echo \$EPOCHREALTIME; $(lose $server)") ;;
        no-database) struck=$(on "$1" "echo \$EPOCHREALTIME; $(lose $database_server)") ;;
        unplugged)
            struck=$(awk -v now="$EPOCHREALTIME" -v ahead="${ahead[$1]}" 'BEGIN { printf "%.3f", now + ahead }')
            "$here/bed" link "$1" down ;;
    esac
    awk -v struck="$struck" -v ahead="${ahead[$1]}" 'BEGIN { printf "%.3f\n", struck - ahead }'
}

heal() {
    case $2 in
        killed) start_node "$1" ;;
        paused*) signal "$1" CONT ;;
        no-files) on "$1" "$(reach $server)" ;;
        no-database) on "$1" "$(reach $database_server)" ;;
        unplugged) "$here/bed" link "$1" up ;;
    esac
}

# told_active HOST EPOCH: when a host told that it took over, by this machine's clock.
told_active() {
    local said
    said=$(on "$1" "cat collector*.log | grep -h '\"event\":\"active\".*epoch $2\"' || true" | sed 's/^[^ ]* //' | jq -r .time)
    [ -n "$said" ] && awk -v said="$(date -d "$said" +%s.%3N)" -v ahead="${ahead[$1]}" 'BEGIN { printf "%.3f", said - ahead }'
}

round() {
    local what="round $1, $2" kind=$2 active epoch other before struck told expires=0
    read -r active epoch < <(holder)
    [ "$active" = a ] && other=b || other=a
    before=$(refusals "$active")
    sleep $((RANDOM % 2)).$((RANDOM % 10))
    struck=$(strike "$active" "$kind")
    wait_for $((lease + 20)) "$what: $other takes over" taken_over "$epoch"
    wait_for 30 "$what: $other tells that it took over" told_active "$other" $((epoch + 1)) >"$work/told"
    told=$(cat "$work/told")
    ask "SELECT round($told - $struck, 1), '$kind: the lease ended after ' || round($expires - $struck, 1) || ' s, was taken after ' || round(since / 1000.0 - $struck, 1) FROM lease" \
        >>"$work/delays"
    # What a node cannot reach it cannot ask; one without the log's files can.
    for host in "$other" $([ "$kind" != no-files ] || echo "$active"); do
        wait_for 20 "$what: $host is told that $other is active and $active silent" shown "$host" "^$other\tactive\t$((epoch + 1))\t" "^$active\tsilent\t-\t"
    done
    sleep 0.$((RANDOM % 10))
    heal "$active" "$kind"
    if [ "$kind" != killed ]; then
        wait_for 90 "$what: a late commit of $active is refused" refused "$active" "$before"
    fi
    wait_for 30 "$what: $active is ready again" ready "$active"
    for host in a b; do
        wait_for 20 "$what: $host is told that $active stands by" shown "$host" "^$other\tactive\t$((epoch + 1))\t" \
            "^$active\tstandby\t-\t$([ "$kind" = killed ] && echo '-$' || echo '.*taken over')"
    done
}

start_database
look_at_clocks
start_node a
wait_for 30 'a collects' logged a "${title[a]}" '"event":"active"'
start_node b
start c writer "until [ -e enough ]; do sleep 0.2; done | exec $testkit write --live $directory/lsb.acct --records 100000000 --per-second 150 --until-eof \
    --truth truth --rotate-every 1000 --rotations Rename,CopyUnlinkRenumber,CopyTruncate --torn --seed $seed"
wait_for 30 'b is ready' ready b

for ((number = 0; number < rounds; number++)); do
    if [ $number = $((rounds / 2)) ]; then
        set_clock a 3600
        set_clock b -3600
        set_clock c 1800
        look_at_clocks
    fi
    # The two versions begin with other kinds, so that few rounds have all of them.
    round $number "${kinds[(number + seed + 3 * (${version%.*} - 3)) % ${#kinds[@]}]}"
done

on c 'touch enough'
wait_for 60 'the writer ends' ended c writer
[ "$(on c 'cat writer.status')" = 0 ] || fail 'the writer failed'
fetch c truth
all_there() { [ "$(ask 'SELECT count(*) FROM job_record')" -ge "$(grep -c Job "$work/truth")" ]; }
wait_for 60 'the records are collected' all_there
for host in a b; do
    stop_collector $host "${title[$host]}"
done
compare "Host=$database;Database=accounting;Username=postgres" "$work/truth"
written=$(on c 'sed -n "s/.* records, \([0-9]*\) bytes.*/\1/p" writer.log')
[ "$(ask 'SELECT sum(position) FROM generation')" = "$written" ] || fail "of $written bytes written, $(ask 'SELECT sum(position) FROM generation') are collected"
late=$(($(refusals a) + $(refusals b)))

printf '%s records, %s\n' "$(wc -l <"$work/expected")" "$(on c 'sed -n "s/.* bytes, \(.* rotations\).*/\1/p" writer.log')"
sort -n "$work/delays" | awk -F '\t' -v most=$most '
    { d[NR] = $1; what[NR] = $2 }
    END { printf "%d take-overs, after %.1f s at most (%s), median %.1f s\n", NR, d[NR], what[NR], d[int((NR + 1) / 2)]; exit d[NR] > most }' ||
    fail "a take-over lasted longer than $most s: $(sort -n "$work/delays" | tail -n 3 | paste -sd ';')"
echo "$late late commits refused"
