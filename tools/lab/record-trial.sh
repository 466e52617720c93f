#!/bin/sh
# Tries klp-record on the running kernel, in the lab's guest ('kernel-lab record-trial'): prints a line PASS or FAIL for each thing it
# must do, and exits with the number of FAILs.
#
#   record-trial.sh LIVEPATCH.ko [TARGET.ko...]
#
# Loads the targets in this order and then the livepatch, several times. Nothing of them may be loaded before. Recordings stay in
# ./trial-enable-disable, ./trial-killed, ./trial-second and others; klp-verify has to find that the first three conform. Whatever it
# changes is put back at its end, also after a signal.
#
#   RECORDER   the recorder (klp-record beside this script, or in the current directory)
#   RECORD_SH  the shell that runs it (sh)

# The name of the module in a file.
module_name() {
    file=${1##*/}
    echo "${file%%.ko*}" | tr - _
}

if [ $# = 0 ]; then
    echo "usage: record-trial.sh LIVEPATCH.ko [TARGET.ko...]" >&2
    exit 125
fi
livepatch=$1
shift
targets=$*
patch=$(module_name "$livepatch")
recorder=${RECORDER:-$(dirname "$0")/klp-record}
[ -e "$recorder" ] || recorder=./klp-record
shell=${RECORD_SH:-sh}
tracefs=/sys/kernel/tracing
[ -d $tracefs/instances ] || tracefs=/sys/kernel/debug/tracing
control=/proc/dynamic_debug/control
[ -e $control ] || control=/sys/kernel/debug/dynamic_debug/control
namespace=$(readlink /proc/self/ns/pid | tr -c -d 0-9)
failed=0

# check NAME COMMAND...
check() {
    name=$1
    shift
    if "$@" > trial-check.log 2>&1; then
        echo "PASS $name"
    else
        echo "FAIL $name"
        head -n 12 trial-check.log | sed 's/^/    /'
        failed=$((failed + 1))
    fi
}

equal() { [ "$1" = "$2" ] || { echo "is '$1', should be '$2'"; return 1; }; }
present() { [ -e "$1" ] || { echo "there is no $1"; return 1; }; }
has() { grep -q -e "$2" "$1" || { echo "no '$2' in $1:"; tail -n 5 "$1"; return 1; }; }
same() { cmp -s "$1" "$2" || { diff "$1" "$2" || echo "$1 and $2 differ"; return 1; }; }

# What a recording must leave as it was.
settings() {
    ls $tracefs/instances
    cat $tracefs/kprobe_events $tracefs/set_event $tracefs/tracing_on $tracefs/current_tracer $tracefs/error_log
    grep -v '^#' $tracefs/trace
    [ ! -e $tracefs/instances/trial/trace ] || cat $tracefs/instances/trial/set_event
    grep kernel/livepatch $control
    ls -d /run/klp-record* /var/run/klp-record* /dev/klp-record* 2> /dev/null
    cat /proc/sys/kernel/printk
}

# Processes that have the kernel's log open.
readers() { ls -l /proc/[0-9]*/fd 2> /dev/null | grep -c '/dev/kmsg$'; }

no_reader_more() { equal "$(readers)" "$readers"; }

left() { ls -d $tracefs/instances/klp-record.* > /dev/null 2>&1 && grep -q klp_record_ $tracefs/kprobe_events; }

record() { $shell "$recorder" "$@"; }

# await COMMAND...: 60 s at most.
await() {
    tries=300
    until "$@" > /dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { echo "FAIL waiting for: $*"; failed=$((failed + 1)); return 1; }
        usleep 200000 2> /dev/null || sleep 0.2
    done
}

settled() { [ "$(cat "/sys/kernel/livepatch/$patch/transition" 2> /dev/null || echo 0)" = 0 ]; }
gone() { [ ! -d "/sys/kernel/livepatch/$patch" ]; }
away() { ! kill -0 "$1"; }

# Steps that a recorded command performs; it is this script with another name.
enable() {
    for module in $targets "$livepatch"; do insmod "$module" || return; done
    await settled
}
disable() {
    echo 0 > "/sys/kernel/livepatch/$patch/enabled"
    await gone
    rmmod "$patch" || return
    # The last one first.
    modules=
    for module in $targets; do modules="$(module_name "$module") $modules"; done
    for module in $modules; do rmmod "$module" || return; done
}
flood() {
    number=0
    while [ $number -lt 1000 ]; do
        echo "trial: line $number of the flood" > /dev/kmsg
        number=$((number + 1))
    done
}

if [ -n "$TRIAL_STEPS" ]; then
    for step in $TRIAL_STEPS; do $step || exit; done
    exit "${TRIAL_STATUS:-0}"
fi
# The command to record, with TRIAL_STEPS in its environment.
steps="$shell $0 $livepatch $targets"

# lines_are_complete DIRECTORY: no sequence number is missing between the recorder's two lines.
lines_are_complete() {
    awk -F, -v pid="$(sed -n 's/^recorder: \([0-9]*\.[0-9]*\)\..*/\1/p' "$1/recording.txt")" '
        /^[0-9]+,[0-9]+,[0-9]+,/ {
            if (last != "" && $2 != last + 1) { print "from", last, "to", $2; bad = 1 }
            last = $2
        }
        index($0, "klp-record " pid ": recording begins") || index($0, "klp-record " pid ": recording ends") { marks++ }
        END { if (marks != 2) { print marks, "lines of the recorder"; bad = 1 }; exit bad }' "$1/kmsg.raw"
}

for there in trial-*; do
    [ ! -e "$there" ] || { echo "$there is there: run this in a new directory" >&2; exit 125; }
done
echo "trial of klp-record on $(uname -r) with $(command -v "${shell%% *}")"

# The flags of the debug lines, as the commands that set them.
flags() { sed -n 's,^\(kernel/livepatch/[^ :]*\):\([0-9]*\) [^=]* \(=[a-z_]*\) .*,file \1 line \2 \3,p' $control; }

# However this ends: nothing of it stays.
put_back() {
    trap '' HUP INT QUIT TERM
    for pid in $recorder_pid $sleeper; do kill -9 "$pid"; done 2> /dev/null
    record -q --clean-up --assume-dead
    if ! gone; then echo 0 > "/sys/kernel/livepatch/$patch/enabled"; await gone; fi
    rmmod "$patch" 2> /dev/null
    for module in $(for file in $targets; do module_name "$file"; done | sed '1!G; h; $!d'); do rmmod "$module"; done 2> /dev/null
    rmdir $tracefs/instances/trial $tracefs/instances/klp-record.mine
    echo '-:trial/own' >> $tracefs/kprobe_events
    cat trial-flags > $control
}
recorder_pid=
sleeper=
flags > trial-flags
trap put_back EXIT
trap 'exit 130' HUP INT QUIT TERM

# Settings of the user's own, which nobody may touch.
mkdir $tracefs/instances/trial $tracefs/instances/klp-record.mine
echo 1 > $tracefs/instances/trial/events/module/module_load/enable
echo 'p:trial/own klp_enable_patch' >> $tracefs/kprobe_events
echo 'func klp_init_transition =pf; func klp_complete_transition =_' > $control
settings > trial-before
readers=$(readers)

record --dry-run -- true > trial-dry-run.log 2>&1
check "--dry-run says what would be touched" has trial-dry-run.log 'p:klp_record_.*klp_enable_patch'
settings > trial-after
check "--dry-run touches nothing" same trial-before trial-after

record -o trial-enable-disable -- env TRIAL_STEPS="enable flood disable" TRIAL_STATUS=7 $steps > trial-record.log 2>&1
check "the exit status is the command's" equal $? 7
settings > trial-after
check "everything is as it was after a recording" same trial-before trial-after
check "nobody reads the kernel's log any more" equal "$(readers)" "$readers"
check "the log has the livepatch's end" has trial-enable-disable/kmsg.raw "'$patch': unpatching complete"
check "the log has debug lines" has trial-enable-disable/kmsg.raw "'$patch': initializing patching transition"
check "the log has every line of the flood" equal \
    "$(sed -n '/recording begins/h; //!H; $ { g; p; }' trial-enable-disable/kmsg.raw | grep -c 'trial: line [0-9]* of the flood')" 1000
check "no line is lost between the recorder's two lines" lines_are_complete trial-enable-disable
check "the trace has klp_enable_patch" has trial-enable-disable/trace.txt "klp_enable_patch:.*patch=\"$patch\""
check "the trace has module events" has trial-enable-disable/trace.txt "module_load: $patch"
check "the trace has what the kernel printed" has trial-enable-disable/trace.txt "console:.*'$patch': unpatching complete"
check "no trace event is lost" has trial-enable-disable/recording.txt '^trace events lost: 0$'
check "the trace has one clock for all CPUs" has trial-enable-disable/recording.txt '^trace clock: global$'
check "nothing is missing in the recording" equal "$(grep incomplete trial-enable-disable/recording.txt)" ""
check "the recording is for nobody else" equal "$(ls -ld trial-enable-disable/kmsg.raw | cut -c1-10)" "-rw-------"
check "the exit status is kept" has trial-enable-disable/recording.txt '^exit status: 7$'

# Killed in the middle, with the livepatch enabled.
$shell "$recorder" -o trial-killed -- sh -c "TRIAL_STEPS=enable $steps; echo \$\$ > trial-sleeper; exec sleep 1000" > trial-killed.log 2>&1 &
recorder_pid=$!
await present trial-sleeper
kill -9 $recorder_pid
wait $recorder_pid 2> /dev/null
recorder_pid=
sleeper=$(cat trial-sleeper)
check "kill -9 leaves things behind" left
check "what reads the kernel's log for a killed one ends by itself" await no_reader_more
settings > trial-after
if cmp -s trial-before trial-after; then echo "FAIL kill -9 should have left changed settings"; failed=$((failed + 1)); fi
# What another dead one with a number used again (that of init) would have left.
mkdir $tracefs/instances/klp-record.1.999999999.$namespace
record -o trial-second -- env TRIAL_STEPS=disable $steps > trial-second.log 2>&1
check "a second run works" equal $? 0
check "the second run says what it cleans up" has trial-second.log 'cleaning up what a killed klp-record left'
settings > trial-after
check "everything is as it was after kill -9 and a second run" same trial-before trial-after
check "the killed one's recording says that it is not complete" has trial-killed/recording.txt '^incomplete: the recorder was killed'
check "the killed one's trace is saved" has trial-killed/trace.txt "klp_enable_patch:.*patch=\"$patch\""
check "the second log goes on" has trial-second/kmsg.raw "'$patch': unpatching complete"
check "the killed one's command is left alone" kill "$sleeper"
sleeper=

# Killed, and only cleaned up.
$shell "$recorder" -o trial-killed-idle > trial-idle.log 2>&1 &
recorder_pid=$!
await has trial-idle.log 'recording; Ctrl-C'
kill -9 $recorder_pid
wait $recorder_pid 2> /dev/null
record --clean-up > trial-clean-up.log 2>&1
check "--clean-up works" equal $? 0
settings > trial-after
check "everything is as it was after kill -9 and --clean-up" same trial-before trial-after
record --clean-up > trial-clean-up.log 2>&1
check "--clean-up has nothing to do twice" has trial-clean-up.log 'nothing was left behind'

# Killed while it sets things up or puts them back: as soon as this is there.
traced() { ls -d $tracefs/instances/klp-record.[0-9]*; }
probed() { grep klp_record_ $tracefs/kprobe_events; }
switched() { ls /run/klp-record/debug-flags /var/run/klp-record/debug-flags /dev/klp-record/debug-flags 2> /dev/null | grep .; }
begun() { ls trial-phase-begun/recording.txt; }
saved() { ls trial-phase-saved/trace.txt; }
ended() { grep ended trial-phase-ended/recording.txt; }
for phase in begun traced probed switched saved ended; do
    $shell "$recorder" -q -o trial-phase-$phase -- true > trial-phase.log 2>&1 &
    recorder_pid=$!
    until $phase > trial-check.log 2> /dev/null; do if away $recorder_pid 2> /dev/null; then break; fi; done
    kill -9 $recorder_pid 2> /dev/null
    wait $recorder_pid 2> /dev/null
    recorder_pid=
    cp trial-check.log trial-phase.log
    check "killed when it has $phase" test -s trial-phase.log
    record --clean-up > trial-clean-up.log 2>&1
    check "... it is cleaned up after" equal $? 0
    settings > trial-after
    check "... everything is as it was" same trial-before trial-after
done

# Its words go to somebody who does not listen to the end.
{ record -o trial-pipe -- sleep 1 2>&1; echo $? > trial-status; } | head -n 1 > trial-pipe.log
check "a pipe that is closed does not end a recording" equal "$(cat trial-status)" 0
check "... it comes to its end" has trial-pipe/recording.txt '^ended: '
settings > trial-after
check "everything is as it was after a closed pipe" same trial-before trial-after

# A recorder in another PID namespace.
child_of() { sed -n "s/^\([0-9]*\) .*) [A-Za-z] $1 .*/\1/p" /proc/[0-9]*/stat 2> /dev/null | head -n 1; }
unshare -p -f -m --mount-proc $shell "$recorder" -o trial-foreign > trial-foreign.log 2>&1 &
recorder_pid=$!
await has trial-foreign.log 'recording; Ctrl-C'
record -o trial-refused -- true > trial-refused.log 2>&1
check "one in another PID namespace is not taken for dead" equal $? 125
check "... and is named" has trial-refused.log 'of another PID namespace'
record --stop > trial-stop.log 2>&1
check "... and cannot be stopped from here" equal $? 125
kill -9 "$(child_of $recorder_pid)"
wait $recorder_pid
recorder_pid=
record --clean-up > trial-clean-up.log 2>&1
check "... even if it is killed" equal $? 125
record --clean-up --assume-dead > trial-clean-up.log 2>&1
check "... until somebody says that it is dead" equal $? 0
settings > trial-after
check "everything is as it was after the other namespace" same trial-before trial-after

# One at a time, and its end.
$shell "$recorder" -o trial-first > trial-first.log 2>&1 &
recorder_pid=$!
await has trial-first.log 'recording; Ctrl-C'
record -o trial-refused -- true > trial-refused.log 2>&1
check "a second recorder at the same time is refused" equal $? 125
check "and told who is there" has trial-refused.log "another klp-record is running: process $recorder_pid"
record --stop > trial-stop.log 2>&1
check "--stop works" equal $? 0
wait $recorder_pid
check "a stopped recorder succeeds" equal $? 0
settings > trial-after
check "everything is as it was after --stop" same trial-before trial-after

$shell "$recorder" -o trial-stopped -- sleep 1000 > trial-stopped.log 2>&1 &
recorder_pid=$!
await has trial-stopped/kmsg.raw 'recording begins'
sleep 2
record --stop > trial-stop.log 2>&1
wait $recorder_pid
check "--stop ends the command, too" equal $? 143

$shell "$recorder" -o trial-terminated > trial-terminated.log 2>&1 &
recorder_pid=$!
await has trial-terminated.log 'recording; Ctrl-C'
kill $recorder_pid
wait $recorder_pid
check "SIGTERM ends a recording" equal $? 0
$shell "$recorder" -o trial-early -- true > trial-early.log 2>&1 &
recorder_pid=$!
await present trial-early/recording.txt
kill $recorder_pid
wait $recorder_pid
settings > trial-after
check "everything is as it was after SIGTERM" same trial-before trial-after

record -o trial-first -- true > trial-refused.log 2>&1
check "a directory with a recording is refused" equal $? 125
record -o trial-log-only --no-trace --no-debug-lines -- true > trial-log-only.log 2>&1
check "--no-trace records the log" lines_are_complete trial-log-only
check "a command that is not there" equal "$(record -q -o trial-127 -- ./nothing > trial-127.log 2>&1; echo $?)" 127
# A /dev of its own, without kmsg.
unshare -m sh -c 'mount -t tmpfs tmpfs /dev && mknod /dev/null c 1 3 && mknod /dev/log c 1 11 && exec "$@"' sh \
    $shell "$recorder" -o trial-dmesg --no-trace -- sh -c 'sleep 2; echo "trial: said" > /dev/log' > trial-dmesg.log 2>&1
check "without /dev/kmsg: status" equal $? 0
check "without /dev/kmsg: dmesg" has trial-dmesg/dmesg.log 'trial: said'
check "without /dev/kmsg: nothing is missing" equal "$(grep -c incomplete trial-dmesg/recording.txt)" 0
settings > trial-after
check "everything is as it was at the end" same trial-before trial-after

trap - HUP INT QUIT TERM EXIT
recorder_pid=
put_back
check "the trial leaves nothing" equal "$(flags; ls $tracefs/instances; cat $tracefs/kprobe_events)" "$(cat trial-flags)"
echo "$failed failed"
exit $failed
