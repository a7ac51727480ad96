# b waits for files that it has looked for and missed, one of them in a directory that is not there either; a creates them. A
# plain stat on b would go on missing them for half a minute.
files=4
name() { [ "$1" = 1 ] && echo later/file1 || echo "file$1"; }

on a "mkdir '$directory-beside'"
for ((i = 1; i <= files; i++)); do
    start b "wait$i" "exec $nfstools wait '$directory/$(name $i)' --poll $poll --timeout 120 --json"
done
# inotify is opened just before the first look.
looks() { on b "readlink /proc/\$(cat wait$1.pid)/fd/* | grep inotify >/dev/null"; }
for ((i = 1; i <= files; i++)); do wait_for 40 'the wait has begun' looks $i; done
if on b "[ -e '$directory-beside/file' ]"; then fail 'the file beside is there too early'; fi
sleep $((poll + 1))

start a creator "
    echo >'$directory-beside/file'
    for i in \$(seq $files); do
        sleep 0.\$((RANDOM % 900 + 100))
        echo create \$i
        case \$i in 1) mkdir '$directory/later'; echo >'$directory/later/file1' ;; *) echo >'$directory/file'\$i ;; esac
    done"
wait_for 20 'the files are created' ended a creator
plain=$(on b "stat -c 'it is there' '$directory-beside/file' 2>&1 | sed 's/.*: //'")
for ((i = 1; i <= files; i++)); do
    wait_for $((poll + slack + 5)) 'the wait ends' ended b "wait$i"
    [ "$(on b "cat wait$i.status")" = 0 ] || fail "wait $i ended with status $(on b "cat wait$i.status")"
    [ "$(on b "sed 's/^[^ ]* //' wait$i.log" | jq .looks)" -gt 1 ] || fail "wait $i had not looked before the file was created"
done

worst=$(for ((i = 1; i <= files; i++)); do
    echo "$(on a "awk '/create $i/ { print \$1 }' creator.log") $(on b "cut -d ' ' -f 1 wait$i.log")"
done | awk -v a="$(clock a)" -v b="$(clock b)" '{ d = $2 - b - ($1 - a); if (d > worst) worst = d } END { printf "%.1f", worst }')
in_time "$worst" || fail "a wait ended $worst s after the file's creation, more than $poll + $slack s"

printf '%s waits ended at most %s s after the creation\n' $files "$worst"
printf 'plain stat of one beside, meanwhile: %s\n' "$plain"
