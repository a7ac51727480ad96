# a changes files several times within a tick of the server's clock, at moments that race b's looks, which come one upon the other;
# each time in another directory, so that no later change helps. Each event follows from those before it, in the end b knows what
# the server has, and who reads a file whenever an event tells of it has read its last content.
poll=0.1
bursts=60

on a "cd '$directory' && mkdir \$(seq $bursts)"
start_watch b watch "'$directory' --recurse --requests-per-second 5000"
start b reader "tail -n +1 -F watch.log 2>/dev/null | perl -ne '
    \$| = 1;
    next unless m{\"path\":\"([^\"]+)\"} && open my \$file, \"<\", \$1;
    my \$name = \$1;
    printf \"%s %s\", \$name =~ m{([^/]+/[^/]+)\$}, scalar <\$file> // \"\\n\"'"
start a changer "RANDOM=$seed; for i in \$(seq $bursts); do
        perl '/host$here/guest-change' $seed\$i 6 0 6 3 '$directory'/\$i || exit
        sleep 0.\$((RANDOM % 30 + 10))
    done"
wait_for 120 'the changes end' ended a changer
[ "$(on a 'cat changer.status')" = 0 ] || fail 'the changes failed'
settled b watch
stop_watch b watch

events b watch >"$work/events"
check_replay "$work/events"
on b 'cat reader.log' | awk '{ read[$2] = $3 } END { for (f in read) print f, read[f] }' | sort >"$work/read"
on server "cd /export/${directory##*/} && for f in */*; do echo \$f \$(head -n 1 \$f); done" | sort >"$work/contents"
join "$work/contents" "$work/read" | awk '$2 != $3' >"$work/differences"
[ ! -s "$work/differences" ] || fail "$(wc -l <"$work/differences") files were read before their last content and not told of again"

printf '%s changes in %s bursts, seeds %s..., %s events\n' "$(on a 'cat changer.log' | awk '{ n += $2 } END { print n }')" $bursts "${seed}1" "$(wc -l <"$work/events")"
