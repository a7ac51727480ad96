# versions: 3
# The server is cut off for longer than a client waits for an answer (timeo is a minute on TCP), while b watches it on both
# versions at once. That is an outage, and no file is deleted; once it is over, what the server changed meanwhile is told of.
away=70

on a "cd '$directory' && touch stays changed deleted renamed"
other=/mnt/v4.2/${directory##*/}
start_watch b watch "'$directory' '$other' --outage-after 5"
start server changer "sleep 30; cd '/export/${directory##*/}' && echo more >>changed && rm deleted && mv renamed new && touch created"
"$here/bed" link server down
sleep 20
[ "$(on b "grep -c '\"event\":\"outage\"' watch.log")" = 2 ] || fail 'the outages were not told of'
sleep $((away - 20))
"$here/bed" link server up
back=$EPOCHREALTIME
# Whoever was cut off asks again after twice the time it waited last.
recovered() { [ "$(on b "grep -c '\"event\":\"recovered\"' watch.log")" = 2 ]; }
wait_for 130 'the recoveries are told of' recovered
settled b watch
stop_watch b watch

events b watch | sed "s#$other/*##; s#$directory##" >"$work/events"
for version in 3 4.2; do printf '%s\n' 'outage ' 'recovered ' 'changed changed' 'deleted deleted' 'renamed new' 'created created'; done | sort >"$work/expected"
cut -f 2,3 "$work/events" | tr '\t' ' ' | sort >"$work/found"
diff "$work/expected" "$work/found" >"$work/differences" || fail "not told of: $(grep -c '^<' "$work/differences"), told of wrongly: $(grep -c '^>' "$work/differences")"
awk -v b="$(clock b)" -v back="$back" '$2 == "recovered" { printf "recovered %.1f s after the server was back\n", $1 - b - back }' "$work/events"
