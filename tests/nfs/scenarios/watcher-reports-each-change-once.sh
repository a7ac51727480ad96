# a creates, appends to, replaces, renames and deletes files at random moments, in a directory that b watches and among files
# that b watches by name. Above watched directories a symbolic link is switched and a directory replaced. b tells of each change
# once, as what it is and as remote, within the poll interval; and of its own changes once, as local.
each=3

# Clocks an hour apart: no rule may depend on them.
set_clock a -1800
set_clock b 1800
on a "cd '$directory' && mkdir -p watched named aside way/{1,2,above,next}/watched
    for i in \$(seq $each); do
        echo \$i | tee aside/{watched,named}-{created,replaced}\$i {named,watched}/{changed,replaced,deleted}\$i watched/renamed\$i named/other\$i >/dev/null
    done
    echo | tee way/{1,2,above,next}/watched/replaced way/{1,above}/watched/{stays,deleted} way/{2,next}/watched/created >/dev/null
    ln way/1/watched/stays way/2/watched && ln way/above/watched/stays way/next/watched
    ln -s 1 way/switched"
named=$(for ((i = 1; i <= each; i++)); do printf " '$directory/named/%s'" {created,changed,replaced,deleted}$i; done)
start_watch b watch "'$directory/watched' $named '$directory'/way/{switched,above}/watched"

# Each change is one step, and is told of before it is made.
cat >"$work/change" <<'EOF'
change() {
    local kind=$1 directory=$2 i=$3
    echo "$kind $directory/${kind/renamed/new}$i"
    case $kind in
    created | replaced) mv "aside/$directory-$kind$i" "$directory/$kind$i" ;;
    changed) echo more >>"$directory/$kind$i" ;;
    renamed) mv "$directory/$kind$i" "$directory/new$i" ;;
    deleted) rm "$directory/$kind$i" ;;
    esac
    sleep 0.$((RANDOM % 900 + 100))
}
EOF
start a changer "RANDOM=$seed; . '/host$work/change'; cd '$directory'
    for i in \$(seq $each); do
        for kind in created changed replaced renamed deleted; do
            change \$kind watched \$i
            [ \$kind = renamed ] || change \$kind named \$i
        done
        rm named/other\$i
    done"
wait_for 60 'the changes end' ended a changer
[ "$(on a 'cat changer.status')" = 0 ] || fail 'a change failed'
# At one stroke, which NFS has no call for, so the server does it.
start server changer "cd '/export/${directory##*/}'
    for way in switched above; do printf '%s\n' {created,replaced,deleted}\ way/\$way/watched/ | sed 's/\(.*\) \(.*\)/\1 \2\1/'; done
    ln -s 2 way/link && mv -T way/link way/switched && perl -e 'exit !!syscall 316, -100, \$ARGV[0], -100, \$ARGV[1], 2' way/above way/next"
wait_for 10 'the ways are changed' ended server changer
[ "$(on server 'cat changer.status')" = 0 ] || fail 'a way could not be changed'
settled b watch

# What b does itself, one at a time. A file that moves from one watched directory over another's is told of as one event with both
# names, whichever of them is looked at first.
start b changer "cd '$directory'
    for change in 'changed created1' 'renamed local' 'deleted new1' 'replaced changed2'; do
        echo \"\${change/ / watched/}\"
        case \$change in
        changed*) echo more >>watched/created1 ;;
        renamed*) mv watched/changed1 watched/local ;;
        deleted*) rm watched/new1 ;;
        replaced*) mv named/changed1 watched/changed2 ;;
        esac
        sleep 1
    done"
wait_for 20 'the changes on b end' ended b changer
settled b watch
stop_watch b watch

events b watch >"$work/events"
for host in a server b; do
    on "$host" 'cat changer.log' | awk -v ahead="$(clock "$host")" -v origin="$([ "$host" = b ] && echo local || echo remote)" '{ printf "%.3f %s %s %s\n", $1 - ahead, $2, $3, origin }'
done >"$work/made"
cut -d ' ' -f 2- "$work/made" | sort >"$work/expected"
cut -f 2,3,5 "$work/events" | tr '\t' ' ' | sort >"$work/found"
awk -F '\t' '$2 == "replaced" && $4 == "named/changed1"' "$work/events" | wc -l | grep -qx 1 || fail 'the moved file lacks the name it had'
diff "$work/expected" "$work/found" >"$work/differences" ||
    fail "not told of: $(grep -c '^<' "$work/differences"), told of wrongly: $(grep -c '^>' "$work/differences"), of $(wc -l <"$work/expected") changes"
[ "$(awk -F '\t' '$2 == "renamed" && $4 != "-"' "$work/events" | wc -l)" = $((each + 1)) ] || fail 'a renamed file lacks the name it had'

# late ORIGIN: from a change to its event, the worst and the median, in seconds.
late() {
    awk -v b="$(clock b)" -v origin="$1" 'NR == FNR { made[$2 " " $3] = $1; next } $5 == origin && ($2 " " $3) in made { print $1 - b - made[$2 " " $3] }' "$work/made" FS='\t' "$work/events" |
        sort -n | awk '{ d[NR] = $1 } END { printf "%.2f %.2f\n", d[NR], d[int((NR + 1) / 2)] }'
}
read -r worst median < <(late remote)
in_time "$worst" || fail "a change was told of $worst s after it was made, more than $poll + $slack s"
printf '%s changes, from change to event at most %s s, median %s s\n' "$(wc -l <"$work/expected")" "$worst" "$median"
read -r worst median < <(late local)
printf 'local ones at most %s s, median %s s\n' "$worst" "$median"
