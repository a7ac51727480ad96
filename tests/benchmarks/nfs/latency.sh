# How long after a's append to a log b sees it: nfstools watch with default options, then tail -F on the same file. One after the
# other, because whoever asks the server refreshes the caches for both. For tests/nfs/run.
appends=15 least_pause=3 most_pause=15

log=$directory/job.log
line='a line of the log, always as long'
on a ": >$log"

# measure TITLE COMMAND LAST: has b run the command while a appends, until its output has a line that matches LAST; prints how
# late b saw the appends. A line of the output tells of the log's size, as JSON, or is the log's own, with its number.
measure() {
    local title=$1 command=$2 last=$3
    RANDOM=$seed
    on a ": >$log"
    start b "$title" "$command"
    sleep 15
    local pauses=() i
    for ((i = 0; i < appends; i++)); do pauses+=($((least_pause + RANDOM % (most_pause - least_pause + 1)))); done
    start a "$title-writer" "n=0; for pause in ${pauses[*]}; do sleep \$pause; n=\$((n + 1)); printf '%03d $line\n' \$n >>$log; echo appended; done"
    wait_for $((appends * most_pause + 30)) 'the writer ends' ended a "$title-writer"
    # A client may believe in a file's size for a minute (acregmax).
    wait_for 90 "$title sees the last append" logged b "$title" "$last"
    stop b "$title"
    fetch a "$title-writer.log"
    fetch b "$title.log"
    awk -v a="$(clock a)" -v b="$(clock b)" -v length_="$((${#line} + 5))" '
        NR == FNR { appended[++n] = $1 - a; next }
        match($0, /"after":{"size":[0-9]+/) { upto = substr($0, RSTART + 16, RLENGTH - 16) / length_ }
        $2 ~ /^[0-9][0-9][0-9]$/ { upto = $2 + 0 }
        { while (done < upto && done < n) print $1 - b - appended[++done] }
        END { if (done < n) exit 1 }' "$work/$title-writer.log" "$work/$title.log" | sort -n |
        awk -v title="$title" '{ d[NR] = $1 } END { printf "%s: median %.1f s, worst %.1f s\n", title, d[int((NR + 1) / 2)], d[NR] }'
}

measure nfstools-watch "exec $nfstools watch $log --json" "\"after\":{\"size\":$((appends * (${#line} + 5))),"
measure tail-F "exec tail -F $log" " $(printf %03d $appends) a line"
