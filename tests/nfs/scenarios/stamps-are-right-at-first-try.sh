# b has looked at files, holds some of them open, and has missed others; a changes them all. nfstools stamp on b is right at the
# first try, where plain stat is not.

# Each in a directory of its own, so that what a look at one teaches the client does not help with another.
files="appended/file held-appended/file written-appended/file replaced/file held-replaced/file gone/file held-gone/file missed/file
    way/above/missed/file way/above/file path/switched/file link/file"
on a "cd '$directory' && mkdir {,held-,written-}appended {,held-}{replaced,gone} missed link aside && mkdir -p way/{above,next}/missed path/{1,2} &&
    echo | tee {,held-,written-}appended/file {,held-}{replaced,gone}/file aside/{1,2} way/above/file path/1/file link/1 >/dev/null && echo other | tee way/next/file path/2/file link/2 >/dev/null
    ln -s 1 path/switched && ln -s 1 link/file"
start b holder "cd '$directory' && exec 3<held-appended/file 4<>written-appended/file 5<held-replaced/file 6<held-gone/file && echo held && sleep 600"
wait_for 10 'b holds the files open' logged b holder held
look="for f in $(echo $files); do echo \$f \$(stat -L -c '%s %.9Y %i' \$f 2>/dev/null); done"

on b "cd '$directory' && $look" >"$work/before"
on a "cd '$directory' && for d in {,held-,written-}appended; do echo more >>\$d/file; done
    mv aside/1 replaced/file && mv aside/2 held-replaced/file && rm {,held-}gone/file && echo >missed/file && echo >way/next/missed/file
    mv way/above way/old && mv way/next way/above && ln -s 2 path/new && mv -T path/new path/switched && ln -s 2 link/new && mv -T link/new link/file"
on b "cd '$directory' && $look" >"$work/plain"
on b "cd '$directory' && $nfstools stamp --json $(echo $files)" | jq -r --arg directory "$directory/" '
    .[] | (.path | ltrimstr($directory)) + if .exists then " \(.size) \(.modifyTime | (.[:19] + "Z" | fromdate | tostring) + "." + .[20:-1]) \(.inode)" else "" end' >"$work/stamps"
on server "cd '/export/${directory##*/}' && $look" >"$work/truth"
diff "$work/truth" "$work/stamps" >"$work/differences" || fail "wrong: $(grep '^>' "$work/differences" | cut -d ' ' -f 2 | paste -sd ' ')"
stale=$(comm -13 <(sort "$work/truth") <(sort "$work/plain") | cut -d ' ' -f 1 | paste -sd ' ')
[[ " $stale " == *' missed/file '* ]] || fail 'plain stat saw the new file, too: nothing was proved'

printf '%s stamps right\n' "$(wc -l <"$work/truth")"
printf 'plain stat wrong for %s\n' "$stale"
