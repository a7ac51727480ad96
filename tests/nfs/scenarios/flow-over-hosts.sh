# A flow that is run on a has its jobs on a and b in turn: each reads what the other host has written just before, and whose former
# state, or absence, its own host has looked at. It is run anew when its source has changed, and then is up to date.
steps=4

sign=$(((seed + ${version%.*}) % 2 ? -1 : 1))
set_clock a $((-sign * 1800))
set_clock b $((sign * 1800))

printf '#!/bin/sh\nexec %s "$@"\n' "$nfstools" >"$work/nfstools"
chmod +x "$work/nfstools"
{
    printf 'nfstools: /host%s/nfstools\nhosts:\n- {name: a, launcher: local}\n- {name: b, launcher: [/host%s/guest-launch, "{host}"]}\njobs:\n' "$work" "$here"
    for ((i = 1; i <= steps; i++)); do
        printf -- '- {name: step%s, host: %s, inputs: s%s, outputs: s%s, command: "cat s%s >s%s; hostname >>s%s"}\n' $i "$([ $((i % 2)) = 0 ] && echo a || echo b)" $((i - 1)) $i $((i - 1)) $i $i
    done
} >"$work/flow.yaml"
on a "cp '/host$work/flow.yaml' '$directory'"

# round SOURCE STATUS: runs the flow after both hosts have looked at its files; each job must end so.
round() {
    for host in a b; do on "$host" "cd '$directory' && cat s{0..$steps}" >/dev/null 2>&1 || :; done
    [ "$(on server "cat '/export/${directory##*/}/s0'")" = "$1" ] || on server "echo $1 >'/export/${directory##*/}/s0'"
    start a flow "exec $nfstools flow run --json --delay 1 '$directory/flow.yaml'"
    wait_for 60 'the flow ends' ended a flow
    on a "sed 's/^[^ ]* //' flow.log" >"$work/differences"
    [ "$(on a 'cat flow.status')" = 0 ] || fail "the flow ended with status $(on a 'cat flow.status')"
    [ "$(grep -c "\"status\": *\"$2\"" "$work/differences")" = $steps ] || fail "$1: not all jobs are $2"
    on server "cat '/export/${directory##*/}/s$steps'" >"$work/found"
    { echo "$1"; for ((i = 1; i <= steps; i++)); do [ $((i % 2)) = 0 ] && echo a || echo b; done; } | diff - "$work/found" >"$work/differences" || fail "$1: a job has read old data"
}

round first succeeded
round again succeeded
round again upToDate
printf '%s jobs in turn on a and b, twice, then up to date\n' $steps
