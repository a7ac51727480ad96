# While b watches, its mount is taken away, and comes back; first by umount, which a watch does not stand in the way of, then
# lazily. That is an outage, and what was changed on the server meanwhile is told of once it is over: no file is deleted that is.
mount=${directory%/*}
on a "cd '$directory' && mkdir sub && touch {,sub/}{stays,changed1,changed2,deleted1,deleted2,renamed1,renamed2}"
start_watch b watch "'$directory' --recurse"

unmounted() { on b "umount $1 $mount"; }
has() { [ "$(on b "grep -c '\"event\":\"$1\"' watch.log")" -ge "$2" ]; }
for i in 1 2; do
    wait_for 10 'b unmounts' unmounted "$([ $i = 1 ] || echo -l)"
    wait_for $((poll + slack)) 'the outage is told of' has outage $i
    # As a mount does that shows what it hides: empty directories of the same names.
    [ $i = 1 ] || on b "mkdir -p '$directory/sub'"
    on server "cd '/export/${directory##*/}' && for d in . sub; do cd \$d; echo more >>changed$i; rm deleted$i; mv renamed$i new$i; touch created$i; done"
    sleep $((poll + 1))
    on b "mount -t nfs -o vers=${version} $server:$([ "$version" = 3 ] && echo /export || echo /) $mount"
    wait_for $((poll + slack)) 'the recovery is told of' has recovered $i
    settled b watch
done
stop_watch b watch

events b watch >"$work/events"
for i in 1 2; do
    printf '%s\n' 'outage ' 'recovered '
    for d in '' sub/; do printf '%s\n' "changed ${d}changed$i" "deleted ${d}deleted$i" "renamed ${d}new$i" "created ${d}created$i"; done
done | sort >"$work/expected"
cut -f 2,3 "$work/events" | tr '\t' ' ' | sed "s#$directory##" | sort >"$work/found"
diff "$work/expected" "$work/found" >"$work/differences" || fail "not told of: $(grep -c '^<' "$work/differences"), told of wrongly: $(grep -c '^>' "$work/differences")"
echo 'unmounted at once and lazily'
