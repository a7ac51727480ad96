# Whatever the clock of b says: an output that the job on b did not write is caught, an input that a changes meanwhile too; an input
# that is not there yet is waited for, one that stays old is not believed. Nothing is left behind of all that.

# outcome CODE WHAT SAID OPTIONS AND COMMAND: a protected job on b must end with the code, and say why.
outcome() {
    local status=0
    on b "cd '$directory' && $nfstools run -n --retries 2 --delay 1 --json /tmp/scenario/report $4" >"$work/errors" 2>&1 || status=$?
    [ $status = "$1" ] || fail "$2: status $status instead of $1"
    [ -z "$3" ] || grep -q -e "$3" "$work/errors" || fail "$2: it does not say \"$3\""
}
# ended_with CODE WHAT TITLE: one that was started.
ended_with() {
    wait_for 30 "$2: the job ends" ended b "$3"
    [ "$(on b "cat $3.status")" = "$1" ] || fail "$2: status $(on b "cat $3.status") instead of $1"
}

for ahead in 3600 -3600; do
    set_clock b $ahead
    on a "cd '$directory' && echo before >old"
    on b "cd '$directory' && cat old; stat none" >/dev/null 2>&1 || :
    # Not the job, but another host writes it, after b has looked last and before the job starts.
    on a "cd '$directory' && echo somebody else >old"
    outcome 122 "an output written before the start, b $ahead s ahead" 'same as before the start' '-o old --record caught.stamps -- true'
    outcome 122 "a missing output, b $ahead s ahead" 'nothing is there' '-o none --record caught.stamps -- true'
    outcome 0 "an output the job has written, b $ahead s ahead" '' "-o old -o new --record good.stamps -- sh -c 'echo job >old; echo job >new.tmp; mv new.tmp new'"
done

# Other hands change inputs while the job on b runs.
on a "cd '$directory' && printf 1234 | tee overwritten replaced deleted touched-by-nobody >/dev/null"
start b reader "cd '$directory' && exec $nfstools run -n -i overwritten -i replaced -i deleted -i touched-by-nobody -o read --json /tmp/scenario/changed.json --record caught.stamps -- \
    sh -c 'cat overwritten replaced deleted touched-by-nobody >read; echo has read; until [ -e /tmp/scenario/go ]; do sleep 0.1; done'"
wait_for 30 'the job on b runs' logged b reader 'has read'
on a "cd '$directory' && printf 5678 1<>overwritten && printf 5678 >r && mv r replaced && rm deleted"
on b 'touch go'
ended_with 121 'inputs that changed' reader
fetch b changed.json
changed=$(jq -r '.inputs[] | select(.unchanged == false) | .path | split("/") | last' "$work/changed.json" | paste -sd ' ')
[ "$changed" = 'overwritten replaced deleted' ] || fail "seen as changed: $changed"

# b has missed one input, and another's directory; it must not wait for the next of its tries to see them.
if on b "[ -e '$directory/late' ]"; then fail 'the input is there too early'; fi
start b waiter "cd '$directory' && exec $nfstools run -n -i late -i later/in -o taken --delay 30 -- sh -c 'echo started; cat late later/in >taken'"
wait_for 20 'the job on b waits' logged b waiter 'waiting for 2 of the inputs'
sleep 2
if logged b waiter started; then fail 'the job started without its inputs'; fi
start a maker "cd '$directory' && echo 1 >late && mkdir later && echo 2 >later/in && echo made"
ended_with 0 'inputs that came late' waiter
after=$(printf '%s %s\n' "$(on b 'sed -n "s/ started//p" waiter.log')" "$(on a 'sed -n "s/ made//p" maker.log')" | awk -v a="$(clock a)" -v b="$(clock b)" '{ printf "%.1f", $1 - b - ($2 - a) }')
in_time "$after" || fail "the job started $after s after its inputs were there"
[ "$(on server "cat '/export/${directory##*/}/taken'" | paste -sd ' ')" = '1 2' ] || fail 'the job did not read what a wrote'

# The state that a manifest tells of is gone: an older file has come back.
on a "cd '$directory' && echo 1 >first && sleep 0.1 && echo 2 >second && cp -p first kept && mv second first && $nfstools stamp first --export wanted.stamps >/dev/null && mv first second && mv kept first"
outcome 120 'an input that stays old' 'earlier than expected' "-i first --expect wanted.stamps -o unmade --record caught.stamps -- sh -c 'echo >unmade'"
fetch b report
waited=$(jq -r '.inputs[0] | select(.attempts > 2 and .waitedSeconds >= 2) | .waitedSeconds' "$work/report")
[ -n "$waited" ] || fail "it was not tried again as told: $(jq -c '.inputs[0] | [.attempts, .waitedSeconds]' "$work/report")"

left=$(on server "cd '/export/${directory##*/}' && find . -mindepth 1 -printf '%P\n' | sort | paste -sd ' '")
[ "$left" = 'first good.stamps late later later/in new old overwritten read replaced second taken touched-by-nobody wanted.stamps' ] || fail "left behind: $left"

printf 'outputs not written, inputs changed and an old input caught with the clock an hour ahead and behind; started %s s after the last input came\n' "$after"
