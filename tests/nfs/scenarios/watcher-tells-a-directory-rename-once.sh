# b watches two directories. a renames a directory that has some below it, with changes inside, moves one from the first root to
# the other, swaps two, and renames one over an empty one. b tells of one rename each, with what changed under the new path, and
# of no deletion; of one that is removed, and whose inode number is used again, it tells the deletion.
on a "cd '$directory' && mkdir -p one/{tree/sub/deep,left,right,over,gone} two/empty
    for d in one/{tree,tree/sub,tree/sub/deep,left,right,over,gone}; do for i in 1 2; do echo \$d\$i >\$d/\$i; done; done"
start_watch b watch "'$directory/one' '$directory/two' --recurse"
on a "cd '$directory' && mv one/tree one/new && echo more >>one/new/sub/1 && echo new >one/new/sub/deep/3 && mv one/new/sub/deep one/new/sub/deeper"
settled b watch
on a "cd '$directory' && mv one/new two/moved && echo more >>two/moved/sub/2"
settled b watch
on a "cd '$directory' && mv one/left one/x && mv one/right one/left && mv one/x one/right && mv -T one/over two/empty"
settled b watch
on a "cd '$directory' && rm -r one/gone && mkdir one/fresh && echo x >one/fresh/x"
settled b watch
stop_watch b watch

events b watch >"$work/events"
sort >"$work/expected" <<'LIST'
renamed one/new one/tree
renamed one/new/sub/deeper one/new/sub/deep
changed one/new/sub/1 -
created one/new/sub/deeper/3 -
renamed two/moved one/new
changed two/moved/sub/2 -
renamed one/left one/right
renamed one/right one/left
replaced two/empty one/over
deleted one/gone/1 -
deleted one/gone/2 -
deleted one/gone -
created one/fresh -
created one/fresh/x -
LIST
cut -f 2-4 "$work/events" | tr '\t' ' ' | sort >"$work/found"
diff "$work/expected" "$work/found" >"$work/differences" || fail "not told of: $(grep -c '^<' "$work/differences"), told of wrongly: $(grep -c '^>' "$work/differences")"
