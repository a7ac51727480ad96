# a changes files several times within a tick of the server's clock, again and again, at moments that race b's looks, which come
# one upon the other. Each event follows from those before it, in the end b knows what the server has, and who reads a file
# whenever an event tells of it has read its last content.
poll=0.1

start_watch b watch "'$directory' --requests-per-second 5000"
start b reader "tail -n +1 -F watch.log 2>/dev/null | perl -ne '
    \$| = 1;
    next unless m{\"path\":\"([^\"]+)\"} && open my \$file, \"<\", \$1;
    my \$name = \$1;
    printf \"%s %s\", \$name =~ m{([^/]+)\$}, scalar <\$file> // \"\\n\"'"
start a changer "exec perl '/host$here/guest-change' $seed 400 30 8 12 '$directory'"
wait_for 120 'the changes end' ended a changer
[ "$(on a 'cat changer.status')" = 0 ] || fail 'the changes failed'
settled b watch
stop_watch b watch

events b watch >"$work/events"
check_replay "$work/events"
on b 'cat reader.log' | awk '{ read[$2] = $3 } END { for (f in read) print f, read[f] }' | sort >"$work/read"
on server "cd /export/${directory##*/} && for f in *; do echo \$f \$(head -n 1 \$f); done" | sort >"$work/contents"
join "$work/contents" "$work/read" | awk '$2 != $3' >"$work/differences"
[ ! -s "$work/differences" ] || fail "$(wc -l <"$work/differences") files were read before their last content and not told of again"

printf '%s, %s events\n' "$(on a "sed 's/^[^ ]* //' changer.log")" "$(wc -l <"$work/events")"
