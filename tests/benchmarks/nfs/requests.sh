# How many requests a watch of an idle tree sends the server: b watches 1,000 files in 10 directories with default options, and
# its mount's counters (/proc/self/mountstats) are read over whole polls, at once and after the files stood still for long.
# For tests/nfs/run.
files=100 directories=10 interval=5

on a "for d in {1..$directories}; do mkdir $directory/\$d; for f in {1..$files}; do echo x >$directory/\$d/\$f.dat; done; done"

# The requests sent for b's mount so far: after its device line, the lines "NAME: COUNT ..." below "per-op statistics".
requests() {
    on b 'cat /proc/self/mountstats' | awk -v mount="/mnt/v$version" '
        $1 == "device" { mine = $5 == mount; counted = 0 }
        mine && /per-op statistics/ { counted = 1; next }
        mine && counted && $1 ~ /:$/ { n += $2 }
        END { print n }'
}

# per_poll POLLS: how many requests a poll took, over so many.
per_poll() {
    local polls=$1 before
    before=$(requests)
    sleep $((polls * interval))
    echo $((($(requests) - before) / polls))
}

start b watch "exec $nfstools watch --recurse $directory"
# The first look lists every directory and looks at every file; then the watch sees what b itself does.
sleep 20
on b "touch $directory/1/1.dat"
wait_for 20 'the watch tells of a change' logged b watch '1/1.dat'
sleep $interval
at_once=$(per_poll 6)
sleep 370
# Then a file is looked at in one poll out of six: over some rounds of that.
printf 'requests in %s s to an idle tree of %s files in %s directories: %s, and %s once the files stood still for six minutes\n' \
    "$interval" $((files * directories)) "$directories" "$at_once" "$(per_poll 24)"
running b watch || fail 'the watch ended by itself'
stop b watch
