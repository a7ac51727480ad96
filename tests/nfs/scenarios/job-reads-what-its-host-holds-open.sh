# A process of b holds an input open for writing, and has read it, while a overwrites it without a change of its length. Its client
# then sees the new times and keeps the old content, for everybody on b. As a had it open as well, for writing only, an NFSv4 server
# gives b a read delegation no sooner than with the open for the lock that is to renew the content: then no lock leaves the
# client. The job on b reads what a wrote all the same.
on a "cd '$directory' && echo old >input && echo old >beside"
start a writer "cd '$directory' && perl -e '\$| = 1; for (qw(input beside)) { sysopen \$out{\$_}, \$_, 1 or die } print \"open\n\"; sleep 1 until -e \"/tmp/scenario/go\"; print { \$_ } \"new\" for values %out'"
wait_for 10 'a has the input open' logged a writer open
start b holder "cd '$directory' && perl -e '\$| = 1; for (qw(input beside)) { open \$in{\$_}, \"+<\", \$_ or die; readline \$in{\$_} } print \"held\n\"; sleep 600'"
wait_for 10 'b holds the input open' logged b holder held
on a 'touch go'
wait_for 10 'a writes' ended a writer

read -r run < <(on b "cd '$directory' && $nfstools run -n -i input --json /tmp/scenario/report -- cat input")
plain=$(on b "cd '$directory' && $nfstools stamp beside >/dev/null && cat beside")
[ "$(on server "cat '/export/${directory##*/}/input'")" = new ] || fail 'a has not written'
[ "$run" = new ] || fail "the job read \"$run\": $(on b 'jq -r ".inputs[0].readReason" report')"
[ "$plain" = old ] || fail 'a plain command read the new content, too: nothing was proved'
echo "the job read what a wrote; a plain command beside read the old content"
