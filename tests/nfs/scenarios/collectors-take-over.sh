# a and b share a database and follow the log that c appends to and rotates. Round upon round, at a random moment, the one that
# collects is killed, paused with a batch in hand, cut off from the file server, from the database or from both; the other takes
# over in time, and what the former wants to commit late is refused. From half-time on the hosts' clocks are hours apart.
lease=6
most=$((lease + 2))
rounds=$((${NFSTOOLS_NFS_TAKEOVER_ROUNDS:-12} / 2))
kinds=(killed paused paused-in-transaction no-files no-database unplugged)
RANDOM=$((seed + ${version%.*}))
declare -A title=([a]=none [b]=none)
started=0
poll=0.5

# Each with a name of its own, so that the logs of those that were killed stay.
start_node() {
    title[$1]=collector$((++started))
    start "$1" "${title[$1]}" "exec $nfstools collect $directory/lsb.acct --cluster nfs --store '$shared_store' --lease $lease --poll $poll --log json"
}

signal() { on "$1" "kill -$2 \$(cat ${title[$1]}.pid)"; }

# Whether a host's collector is at work or ready to take over, and can read the log.
ready() { [ "$(ask "SELECT count(*) FROM node WHERE host = '$1' AND process_id = $(on "$1" "cat ${title[$1]}.pid") AND extract(epoch FROM now()) * 1000 - seen < 3000")" = 1 ]; }

holder() { ask "SELECT split_part(holder, ':', 1), epoch FROM lease"; }
taken_over() { [ "$(ask 'SELECT epoch FROM lease')" -gt "$1" ]; }
refusals() { on "$1" "cat collector*.log | grep -c 'was taken over' || true"; }
refused() { [ "$(refusals "$1")" -gt "$2" ]; }

# has_batch HOST LOCKED: whether a collector is in the middle of a commit: between two statements of one, or in one; where that is
# asked for, in its transaction, which locks what the other one needs.
has_batch() {
    local some="state <> 'idle'"
    [ "$2" = 1 ] || some="($some OR query ~ 'staged_job|text_value')"
    [ "$(ask "SELECT count(*) FROM pg_stat_activity WHERE usename = 'collector' AND host(client_addr) = '10.99.0.1$([ "$1" = b ] && echo 2 || echo 1)' AND $some")" != 0 ]
}

# The nodes of the store as a host is told: host, state, epoch, and what went wrong last.
nodes() { on "$1" "$nfstools status --store '$shared_store' --json" | jq -r '.nodes[] | [.host, .state, .epoch // "-", .lastError // "-"] | @tsv'; }

# shown HOST PATTERN...: whether a host is told of nodes like that, in this order, and of no other.
shown() {
    nodes "$1" >"$work/nodes"
    shift
    [ "$(wc -l <"$work/nodes")" = $# ] && paste <(printf '%s\n' "$@") "$work/nodes" | awk -F '\t' '{ line = $0; sub(/^[^\t]*\t/, "", line); if (line !~ $1) exit 1 }'
}

strike() {
    case $2 in
        killed) signal "$1" KILL ;;
        paused | paused-in-transaction)
            until signal "$1" STOP && has_batch "$1" $([ "$2" = paused ]; echo $?); do
                signal "$1" CONT
                sleep 0.$((RANDOM % 9))
            done ;;
        no-files) on "$1" "ip route add blackhole $server/32" ;;
        no-database) on "$1" "ip route add blackhole $database_server/32" ;;
        unplugged) "$here/bed" link "$1" down ;;
    esac
}

heal() {
    case $2 in
        killed) start_node "$1" ;;
        paused*) signal "$1" CONT ;;
        no-files) on "$1" "ip route del blackhole $server/32" ;;
        no-database) on "$1" "ip route del blackhole $database_server/32" ;;
        unplugged) "$here/bed" link "$1" up ;;
    esac
}

# took_over HOST EPOCH: when a host told that it took over, by this machine's clock.
took_over() {
    local said offset
    said=$(on "$1" "cat collector*.log | grep -h '\"event\":\"active\".*epoch $2\"' || true" | sed 's/^[^ ]* //' | jq -r .time)
    [ -n "$said" ] || return 1
    offset=$(clock "$1")
    awk -v said="$(date -d "$said" +%s.%3N)" -v offset="$offset" 'BEGIN { printf "%.3f", said - offset }'
}

round() {
    local number=$1 kind=$2 active epoch other before injected at delay
    read -r active epoch < <(holder)
    [ "$active" = a ] && other=b || other=a
    before=$(refusals "$active")
    sleep $((RANDOM % 2)).$((RANDOM % 10))
    strike "$active" "$kind"
    injected=$EPOCHREALTIME
    wait_for $((lease + 20)) "round $number, $kind: $other takes over" taken_over "$epoch"
    wait_for 5 "round $number, $kind: $other tells that it took over" took_over "$other" $((epoch + 1)) >"$work/at"
    at=$(tail -n 1 "$work/at")
    delay=$(awk -v at="$at" -v injected="$injected" 'BEGIN { printf "%.1f", at - injected }')
    printf '%s %s %s %s\n' "$number" "$kind" "$active" "$delay" >>"$work/delays"
    wait_for 10 "round $number, $kind: $other is told that it is active and $active gone" shown "$other" "^$other\tactive\t$((epoch + 1))\t" "^$active\tsilent\t-\t"
    sleep 0.$((RANDOM % 10))
    heal "$active" "$kind"
    if [ "$kind" != killed ]; then
        wait_for 90 "round $number, $kind: a late commit of $active is refused" refused "$active" "$before"
    fi
    wait_for 30 "round $number, $kind: $active is ready again" ready "$active"
    wait_for 10 "round $number, $kind: $active is told that it stands by" shown "$active" "^$other\tactive\t$((epoch + 1))\t" "^$active\tstandby\t-\t"
    printf '%s' "$(tail -n 1 "$work/delays"), $(cut -f 4 "$work/nodes" | tail -n 1)" >&2
    echo >&2
}

start_database
start_node a
wait_for 30 'a collects' ready a
start_node b
start c writer "until [ -e enough ]; do sleep 0.2; done | exec $testkit write --live $directory/lsb.acct --records 100000000 --per-second 150 --until-eof \
    --truth truth --rotate-every 1000 --rotations Rename,CopyUnlinkRenumber,CopyTruncate --torn --seed $seed"
wait_for 30 'b is ready' ready b

for ((number = 0; number < rounds; number++)); do
    if [ $number = $((rounds / 2)) ]; then
        set_clock a 3600
        set_clock b -3600
        set_clock c 1800
    fi
    round $number "${kinds[(number + seed) % ${#kinds[@]}]}"
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
cat "$work/delays"
