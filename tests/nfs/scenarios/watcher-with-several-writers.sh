# a, b and the server itself make some 10,000 changes of the same files in a minute. Each event on b follows from those before it,
# and in the end b knows what the server has.
start_watch b watch "'$directory' --recurse"
on a "mkdir '$directory'/{1..4}"
wait_for $((poll + slack)) 'the directories are told of' told b watch 4
seeds=$((seed * 10))
for writer in "a 3500 $directory" "b 2500 $directory" "server 4000 /export/${directory##*/}"; do
    read -r host changes place <<<"$writer"
    start "$host" changer "exec perl '/host$here/guest-change' $((seeds += 1)) $changes 60 3 60 '$place'/{1..4}"
done
for host in a b server; do
    wait_for 150 'the changes end' ended "$host" changer
    [ "$(on "$host" 'cat changer.status')" = 0 ] || fail "the changes on $host failed"
done
settled b watch
stop_watch b watch

events b watch >"$work/events"
grep -v "$(printf '^[^\t]*\tcreated\t[1-4]\t')" "$work/events" >"$work/files"
check_replay "$work/files"
for host in a b server; do printf '%s on %s\n' "$(on "$host" "sed 's/^[^ ]* //' changer.log")" "$host"; done
awk -F '\t' '{ n[$2 " by " $5]++ } END { for (k in n) printf "%d %s\n", n[k], k }' "$work/files" | sort -k 2 | paste -sd ' '
