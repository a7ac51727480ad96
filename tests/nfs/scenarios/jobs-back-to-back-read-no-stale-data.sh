# Job one on a writes files again and again, job two on b reads them at once. b has read what they were just before, holds some of
# them open, one for writing, and has missed others. With nfstools run b reads what a wrote last, and neither job is ever refused;
# the same commands without it read stale data.
rounds=${NFSTOOLS_NFS_JOB_ROUNDS:-10}
files=20

# An hour apart, and b now ahead of the server, now behind it.
sign=$(((seed + ${version%.*}) % 2 ? -1 : 1))
set_clock a $((-sign * 1800))
set_clock b $((sign * 1800))

names='' inputs='' outputs=''
for ((i = 1; i <= files; i++)); do names+=" $((i % 5))/f$i" inputs+=" -i $((i % 5))/f$i" outputs+=" -o $((i % 5))/f$i"; done
rewrite() { echo "'/host$here/guest-rewrite' $1 $((seed + round)) $files $tag"; }
on a "cd '$directory' && mkdir {0..4}"

prepare() {
    on a "cd '$directory' && $(rewrite delete)"
    on b "[ ! -e holder ] || kill \$(cat holder); cd '$directory' && $(rewrite look) >/tmp/scenario/holder"
}

refused=0
run() { on "$1" "cd '$directory' && $nfstools run -n $2" >>"$work/refusals" 2>&1 || refused=$((refused + 1)); }

# judge: counts the files that b did not read as the server has them, by the hashes in $work/found; what the server has must be
# what a wrote in this round.
judge() {
    on server "cd '/export/${directory##*/}' && grep -l ' $tag ' $names | wc -l && md5sum $names" >"$work/truth"
    [ "$(head -n 1 "$work/truth")" = $files ] || fail "$tag: job one has not written all files"
    comm -23 <(sed 1d "$work/truth" | sort) <(sort "$work/found") | wc -l
}

stale=0 plain_stale=0
for ((round = 1; round <= rounds; round++)); do
    tag=protected-$round
    prepare
    run a "$outputs --record one.stamps -- $(rewrite write)"
    run b "--expect one.stamps $inputs -o two.out --json /tmp/scenario/report-$round.json -- sh -c 'md5sum $names >two.out'"
    on server "cat '/export/${directory##*/}/two.out'" >"$work/found"
    differing=$(judge)
    stale=$((stale + differing))
    [ "$differing" = 0 ] || echo "round $round: $(comm -23 <(sed 1d "$work/truth" | sort) <(sort "$work/found") | sed 's/.* //' | paste -sd ' ') read stale" >>"$work/refusals"

    tag=plain-$round
    prepare
    on a "cd '$directory' && $(rewrite write)"
    on b "cd '$directory' && md5sum $names" >"$work/found" 2>/dev/null || :
    differing=$(judge)
    plain_stale=$((plain_stale + differing))
done
on b 'kill $(cat holder)'

cp "$work/refusals" "$work/differences"
[ $refused = 0 ] || fail "$refused of $((2 * rounds)) jobs were refused or failed: $(grep -m 1 nfstools "$work/refusals")"
[ $stale = 0 ] || fail "$stale of $((rounds * files)) files were read stale under protection"
[ "$version" != 3 ] || [ $plain_stale -gt 0 ] || fail 'plain commands read no stale data, too: nothing was proved'

fetch b 'report-*.json'
printf '%s files in %s rounds: read stale under protection %s, by plain commands %s\n' $((rounds * files)) "$rounds" $stale $plain_stale
jq -rs '
    def seconds: (.[:19] + "Z" | fromdate) + (.[19:] | capture("(?<part>[.][0-9]+)").part // "0" | "0" + . | tonumber);
    def median: sort | .[length / 2 | floor] * 1000 | round;
    "b waited \(map(.inputs | map(.waitedSeconds) | max) | median) ms for its inputs (median), \(map(.inputs | map(.waitedSeconds) | max) | max * 1000 | round) ms at most, in at most \(map(.inputs | map(.attempts) | max) | max) look(s)",
    "its command was started \(map((.startedAt | seconds) - (.checkedAt | seconds)) | median) ms after the checks began (median)"' "$work"/report-*.json
