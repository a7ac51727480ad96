# The server is cut off while jobs on b check their inputs: one gives up after the retries it was told, one is ended by SIGTERM, and
# one goes on once the server is back. One more runs its command meanwhile, and is judged when the server is back. None of them is
# in a directory of the server: there a shell would hang before it starts them.
job() { start b "$1" "exec $nfstools run -n -i $directory/in -o $directory/$1.out --record $directory/$1.stamps --json $1.json $2 -- sh -c '$3'"; }
ended_with() {
    wait_for "$1" "$4" ended b "$3"
    [ "$(on b "cat $3.status")" = "$2" ] || fail "$4: status $(on b "cat $3.status") instead of $2"
}

on a "cd '$directory' && echo 1 >in && $nfstools stamp in --export in.stamps >/dev/null"
job running '--retries 10 --delay 10' "cat $directory/in >$directory/running.out; echo has read; until [ -e go ]; do sleep 0.1; done"
wait_for 20 'the job runs' logged b running 'has read'

"$here/bed" link server down
away=$SECONDS
job patient '--retries 10 --delay 10' "cat $directory/in >$directory/patient.out"
job impatient '--retries 3 --delay 2' "cat $directory/in >$directory/impatient.out"
job unknowing "--retries 3 --delay 2 --expect $directory/in.stamps" "cat $directory/in >$directory/unknowing.out"
job ended '--retries 10 --delay 10' "cat $directory/in >$directory/ended.out"
on b 'touch go'
for title in patient ended; do wait_for 30 'the jobs wait' logged b $title 'waiting for 1 of the inputs.*does not answer'; done
stop b ended
ended_with 5 143 ended 'a job that waits ends when asked to'
ended_with 30 120 impatient 'a job gives up after its retries'
ended_with 30 120 unknowing 'a job whose manifest is on the server gives up after its retries'
for title in patient running; do running b $title || fail "the job ($title) ended while the server was away"; done
"$here/bed" link server up
away=$((SECONDS - away)) back=$EPOCHREALTIME
# Whoever was cut off asks again after twice the time it waited last.
ended_with $((away + 30)) 0 patient 'a job goes on when the server is back'
ended_with $((away + 30)) 0 running 'a job is judged when the server is back'

fetch b '*.json'
waited=$(jq '.inputs[0] | select(.waitedSeconds >= 6 and .waitedSeconds < 15 and .verdict == "noAnswer") | .waitedSeconds | round' "$work/impatient.json")
[ -n "$waited" ] || fail "it did not wait as long as told: $(jq -c '.inputs[0] | [.verdict, .waitedSeconds]' "$work/impatient.json")"
left=$(on server "cd '/export/${directory##*/}' && ls -A | paste -sd ' '")
[ "$left" = 'in in.stamps patient.out patient.stamps running.out running.stamps' ] || fail "left behind: $left"
started=$(jq '.startedAt | (.[:19] + "Z" | fromdate) + ("0" + .[19:-1] | tonumber)' "$work/patient.json")
printf 'server away for %s s; gave up after %s s; went on %s s after it was back\n' "$away" "$waited" "$(awk -v at="$started" -v b="$(clock b)" -v back="$back" 'BEGIN { printf "%.1f", at - b - back }')"
