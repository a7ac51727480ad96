# a's pages reach the server out of order: until the one between comes, b sees NUL bytes there. They are waited for, also by
# a b whose clock is ahead of the server's.
set_clock a 0
set_clock b 1800

write_log "$work/log" 30 "$seed"
size=$(stat -c %s "$work/log")
third=$((size / 3))
# part OFFSET BYTES: what a writes back of the log.
part() { on a "dd if='/host$work/log' of='$directory/lsb.acct' bs=4k iflag=skip_bytes,count_bytes oflag=seek_bytes conv=notrunc,fsync skip=$1 seek=$1 count=$2 status=none"; }

start_collector "$directory/lsb.acct"
wait_for 20 'the collector waits for the log' logged b collector 'waiting for it'
part 0 $third
wait_for 20 'the first records are collected' collected 5
part $((2 * third)) $size
wait_for 20 'the collector sees the NUL bytes' logged b collector 'NUL bytes'
sleep $((poll + slack))
part $third $third
wait_for $((poll + slack)) 'the records are collected' collected 30
check_store "$work/log.truth"
[ "$(committed rejects)" = 0 ] || fail "$(committed rejects) rejects"

printf '30 records, %s NUL bytes waited for\n' $third
