# nfstools check compares thousands of files with a manifest that another host wrote. It asks the server about each file once, whatever
# the client has in its caches.
files=4000 directories=10

on server "cd '/export/${directory##*/}' && mkdir {1..$directories} && perl -e 'for my \$d (1 .. $directories) { for my \$f (1 .. $((files / directories))) { open my \$o, \">\", \"\$d/\$f\" or die; print \$o \$f } }'"
start a stamper "cd '$directory' && exec $nfstools stamp --export all.stamps */* >/dev/null"
wait_for 60 'the stamps are taken' ended a stamper

# The requests of one kind for b's mount so far (/proc/self/mountstats).
requests() {
    on b 'cat /proc/self/mountstats' | awk -v mount="/mnt/v$version" -v kind="$1:" '
        $1 == "device" { mine = $5 == mount }
        mine && $1 == kind { print $2 }'
}
a_file() { awk -v n=$(($(requests "$1") - $2)) -v files=$files 'BEGIN { printf "%.2f", n / files }'; }

for look in first second; do
    getattr=$(requests GETATTR) lookup=$(requests LOOKUP)
    start b check-$look "exec $nfstools check --json --expect '$directory/all.stamps' >check-$look.json"
    wait_for 60 'the check ends' ended b check-$look
    [ "$(on b "cat check-$look.status")" = 0 ] || fail "the check ended with status $(on b "cat check-$look.status")"
    asked=$(a_file GETATTR "$getattr") found=$(a_file LOOKUP "$lookup")
    awk -v asked="$asked" 'BEGIN { exit !(asked >= 0.99 && asked <= 1.1) }' || fail "$asked GETATTR a file in the $look look"
    fetch b check-$look.json
    printf '%s look at %s files: %s GETATTR and %s LOOKUP a file, %s s\n' $look $files "$asked" "$found" "$(jq 'map(.waitedSeconds) | max * 10 | round / 10' "$work/check-$look.json")"
done
# The server's disk has inodes for a few rounds of these only.
on server "rm -r '/export/${directory##*/}'/[0-9]*"
