# b watches a directory of its own disk, where the export is mounted only later, as at boot, and where another directory of its disk is
# mounted over that and taken away again; and one with the export mounted below it while b watches. What a changes there is told,
# what a mount hides is never told as deleted, and what a link is turned to is watched; so is the file behind a link on its own disk,
# and the directory where what was mounted is not mounted again.
export=$server:$([ "$version" = 3 ] && echo /export || echo /)/${directory##*/}
on a "cd '$directory' && mkdir -p over below turned && touch {over,below,turned}/{stays,changes,goes}"
on b 'mkdir -p root/sub tree/sub/deep way && touch root/hidden tree/hidden tree/sub/hidden way/here && ln -s way link'
for watch in root tree link; do start_watch b $watch "/tmp/scenario/$watch --recurse"; done

mounted() { on b "mount -t nfs -o vers=$version $export/$1 /tmp/scenario/$2"; }
said() { on b "grep -q -e '\"event\":\"$2\",\"path\":\"/tmp/scenario/$3\"' $1.log"; }
soon() { wait_for 30 "$1: $2 $3" said "$@"; }
changed() { on a "cd '$directory/$1' && echo more >>changes$2 && rm goes$2 && echo new >new$2"; }

mounted over root
soon root created root/stays
changed over ''
soon root created root/new
soon root changed root/changes
soon root deleted root/goes
on b 'mount -t tmpfs none root && echo 1 >root/local'
soon root created root/local
on b 'umount root'
on a "cd '$directory/over' && echo more >>stays"
soon root changed root/stays
on b 'umount root && echo 1 >root/bare'
soon root created root/bare

mounted below tree/sub
soon tree created tree/sub/stays
changed below ''
soon tree created tree/sub/new
soon tree changed tree/sub/changes
soon tree deleted tree/sub/goes
on b 'umount tree/sub && echo 1 >tree/sub/deep/bare'
soon tree outage tree/sub
soon tree created tree/sub/deep/bare
mounted below tree/sub
soon tree recovered tree/sub
on a "cd '$directory/below' && echo more >>stays"
soon tree changed tree/sub/stays
on b 'umount tree/sub'
ended() { [ "$(on b "grep -c 'not mounted any more' tree.log")" = 1 ]; }
wait_for 60 'the outage of what stays unmounted ends' ended
on b 'echo 1 >tree/sub/deep/later'
soon tree created tree/sub/deep/later
on a "cd '$directory/below' && echo new >meanwhile"
mounted below tree/sub
soon tree created tree/sub/meanwhile

on b "ln -sfn '$directory/turned' link"
soon link created link/stays
changed turned ''
soon link created link/new
soon link deleted link/goes
on b 'ln -sfn way link'
soon link created link/here

# The file that a link on b's disk leads to is a's.
on a "cd '$directory' && echo one >one && echo other >other"
on b "ln -s '$directory/one' file"
start_watch b file /tmp/scenario/file
on a "cd '$directory' && echo more >>one"
soon file changed file
on a "cd '$directory' && echo new >new && mv new one"
soon file replaced file
on a "cd '$directory' && rm one"
soon file deleted file
on a "cd '$directory' && echo again >one"
soon file created file
on b "ln -s '$directory/other' turned && mv -T turned file"
count() { [ "$(on b "grep -c '\"event\":\"$1\"' file.log")" = "$2" ]; }
wait_for 30 'the link is turned' count replaced 2
on a "cd '$directory' && echo more >>other"
wait_for 30 'what the link was turned to is changed' count changed 2
stop_watch b file

for watch in root tree link; do
    settled b $watch
    stop_watch b $watch
    events b $watch >"$work/events"
    cut -f 2,3 "$work/events" | grep '^deleted' | cut -f 2 | sed 's#^/tmp/scenario/##' >>"$work/deleted"
done
on b 'umount tree/sub'
sort -u "$work/deleted" | grep -v '^link/' | diff - <(printf '%s\n' root/goes tree/sub/goes) >"$work/differences" || fail 'what was hidden or unmounted is told as deleted'
echo 'mounted over, below, unmounted, turned'
