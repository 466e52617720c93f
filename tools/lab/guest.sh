# Performs one scenario in the guest: the file 'steps' in the current directory calls the functions below, one after another.
#
# It leaves here: steps.log (a line for each step: number, exit status, what the command said), dmesg.log, dmesg.json, kmsg.raw,
# sysfs.log (the files of /sys/kernel/livepatch after each step) and, if nothing of the scenario is left behind, the file 'clean':
# without it the guest must not be used again.

livepatches=/sys/kernel/livepatch
number=0

# Writes a line into the kernel's log, as an operator would.
note() { printf '%s\n' "$1" > /dev/kmsg; }

# Tells klp_lab to do something.
lab() { dd of=/proc/klp_lab bs=1024 conv=notrunc 2> lab.err <<EOF
$*
EOF
}

# The words of the error that ended the last command, from what it said: "dd: writing 'FILE': Invalid argument".
words() { sed -n '/: /s/.*: //p' "$1" | tail -n 1; }

# result STATUS FILE: keeps how a step ended.
result() {
    echo "$number $1 $(words "$2")" >> steps.log
    cat "$2" >> output.log
}

# Begins step NUMBER; MARKER is written into the log.
step() {
    number=$1
    echo "$number" > current
    [ -z "$2" ] || note "$2"
}

# load FILE.ko PARAMETERS...
load() {
    /bin/insmod "$@" 2> command.err
    status=$?
    [ $status = 0 ] || note "$(head -n 1 command.err)"
    result $status command.err
}

unload() {
    /bin/rmmod "$1" 2> command.err
    status=$?
    [ $status = 0 ] || note "$(head -n 1 command.err)"
    result $status command.err
}

# put FILE VALUE: what 'echo VALUE > FILE' does in a shell.
put() {
    echo "$2" | dd of="$1" conv=notrunc 2> command.err
    status=$?
    if [ $status = 0 ]; then : > command.err; else note "sh: $1: $(words command.err)"; fi
    result $status command.err
}

# reverse PATCH: writes the other value to 'enabled'.
reverse() {
    file=$livepatches/$1/enabled
    value=0
    { read -r value < "$file"; } 2> /dev/null
    put "$file" $((1 - value))
}

# The directory in /proc of klp_lab's newest task.
newest_task() {
    grep -l '^lab/' /proc/[0-9]*/comm 2> /dev/null | sed 's,/comm,,; s,/proc/,,' | sort -n | tail -n 1 | sed 's,^,/proc/,'
}

# A new kernel thread is in the state of kthreadd, which forks it. Waits until a transition that is pending has switched kthreadd, three
# seconds at most, so that the new task runs what switched tasks run.
await_kthreadd() {
    now
    end=$((milliseconds + 3000))
    while is_pending && [ "$milliseconds" -lt "$end" ]; do
        read -r target < "${file%transition}enabled"
        read -r switched < /proc/2/patch_state
        [ "$switched" = "$target" ] && break
        usleep 100000
        now
    done
}

# await_sleeper FUNCTION: returns when klp_lab's newest task is seen to sleep in it, or says in lab.err that it is not.
await_sleeper() {
    tries=50
    while :; do
        stack=$(cat "$(newest_task)/stack")
        # A livepatch's own function has the old one's name at its end.
        case $stack in *"$1+0x"*) return 0 ;; esac
        tries=$((tries - 1))
        [ $tries = 0 ] && break
        usleep 20000
    done
    echo "lab: no task sleeps in $1" > lab.err
    echo "$stack" >> output.log
    return 1
}

# sleep_in FUNCTION: a task enters it.
sleep_in() {
    await_kthreadd
    lab sleep "$1" && await_sleeper "$1"
    result $? lab.err
}

# wake FUNCTION: whoever sleeps there leaves it; it may be that nobody does.
wake() {
    lab wake "$1" || [ "$(words lab.err)" = "No such file or directory" ]
    result $? lab.err
}

# A command of klp_lab as a step.
lab_step() {
    lab "$@"
    result $? lab.err
}

# ftrace VALUE: what the kernel's selftests do and say.
ftrace() {
    echo "$1" | dd of=/proc/sys/kernel/ftrace_enabled conv=notrunc 2> command.err
    status=$?
    if [ $status = 0 ]; then
        note "livepatch: kernel.ftrace_enabled = $1"
    else
        note "livepatch: sysctl: setting key \"kernel.ftrace_enabled\": $(words command.err)"
    fi
    result $status command.err
}

# occupy FUNCTION: a kprobe with a post handler.
occupy() {
    lab occupy "$1"
    status=$?
    if [ $status = 0 ]; then
        note "# a kprobe with a post handler takes $1 for itself"
    else
        note "# a kprobe with a post handler is refused for $1: $(words lab.err)"
    fi
    result $status lab.err
}

vacate() { lab_step vacate "$1"; }

# Keeps transitions from completing until the next step has begun and 'release' is called.
hold() {
    if lab hold && await_sleeper hold; then return; fi
    result 1 lab.err
}
release() { lab release; }

# The transition that the step has begun must be pending still: the next one is to come first.
must_be_pending() {
    is_pending || echo "$number complete" >> steps.log
    state
}

# Waiting costs the host's time under emulation: these loops start one program each round.
is_pending() {
    for file in "$livepatches"/*/transition; do
        value=0
        { read -r value < "$file"; } 2> /dev/null
        [ "$value" = 1 ] && return 0
    done
    return 1
}

# Milliseconds since the boot.
now() {
    read -r uptime _ < /proc/uptime
    milliseconds=${uptime%.*}${uptime#*.}0
}

# Waits until no transition is pending, SECONDS at most; one that does not complete is not waited for a second time.
settle() {
    now
    end=$((milliseconds + $1 * 1000))
    [ ! -e stuck ] || end=$((milliseconds + 2000))
    while is_pending; do
        now
        if [ "$milliseconds" -gt "$end" ]; then
            echo "$number pending" >> steps.log
            : > stuck
            break
        fi
        usleep 150000
    done
    state
}

# Gives a transition that has to stay pending MILLISECONDS to complete nonetheless: the kernel tries again each second.
linger() {
    now
    end=$((milliseconds + $1))
    while is_pending && [ "$milliseconds" -lt "$end" ]; do
        usleep 250000
        now
    done
    is_pending || echo "$number complete" >> steps.log
    state
}

# Waits for the kernel to signal the remaining tasks of the transition that is pending.
signalled() { /bin/dmesg | sed -n '/starting .*patching transition/h; /signaling remaining tasks/H; ${x;p}' | grep -q signaling; }
await_signal() {
    now
    end=$((milliseconds + 45000))
    until signalled || [ "$milliseconds" -gt "$end" ]; do
        usleep 500000
        now
    done
    signalled
    echo "$number $? no signal within 45 seconds" >> steps.log
}

# The files of sysfs.
state() {
    for file in "$livepatches"/*/enabled "$livepatches"/*/transition "$livepatches"/*/replace "$livepatches"/*/stack_order \
        "$livepatches"/*/*/patched; do
        { read -r value < "$file" && echo "$number $file $value"; } 2> /dev/null
    done >> sysfs.log
}

# Takes everything away that the scenario left, and says so if something stays.
clean() {
    release
    # Before kprobes go: some kernels lose count of those that go while it is off.
    echo 1 > /proc/sys/kernel/ftrace_enabled
    for function in $(cat functions); do
        lab wake "$function"
        lab vacate "$function"
    done
    rounds=0
    while [ $rounds -lt 4 ]; do
        for patch in "$livepatches"/*/; do
            [ -e "$patch/enabled" ] && [ "$(cat "$patch/enabled")" = 1 ] && [ "$(cat "$patch/transition")" = 0 ] &&
                echo 0 > "$patch/enabled"
            [ -e "$patch/enabled" ] && wait_for_patch "$patch"
        done
        left=""
        for module in $(cat modules); do
            if [ -e "/sys/module/$module/refcnt" ]; then /bin/rmmod "$module" || left="$left $module"; fi
        done
        [ -z "$left" ] && break
        rounds=$((rounds + 1))
    done
    # Shadow variables have no owner; they would be found by the next scenario.
    for id in $(cat shadows); do lab forget "$id" || left="$left $id"; done
    if [ -z "$left" ] && [ -z "$(ls "$livepatches")" ]; then : > clean; fi
} > clean.log 2>&1

wait_for_patch() {
    tries=100
    while [ "$(cat "$1/transition" 2> /dev/null)" = 1 ] && [ $tries -gt 0 ]; do
        tries=$((tries - 1))
        usleep 50000
    done
}

# Performs the steps below klp-record, which defines probes on livepatch's functions, and trace-cmd, which writes them to trace.dat.
traced() {
    tracing=/sys/kernel/tracing
    group=$(sed -n 's,^[pr][0-9]*:\(klp_record_[^/]*\)/.*,\1,p' $tracing/kprobe_events | head -n 1)
    # trace-cmd wants a file system that can splice.
    trace-cmd record -q --compression zstd -o /tmp/trace.dat -e module -e printk:console ${group:+-e "$group"} \
        sh /guest.sh perform
    mv /tmp/trace.dat trace.dat
}

case $1 in
perform)
    # shellcheck disable=SC1091
    . ./steps
    exit
    ;;
traced)
    traced
    exit
    ;;
esac

/bin/dmesg -C
: > /tmp/kmsg
: > steps.log
: > sysfs.log
note "===== TEST: $(cat heading) ====="
if [ -e trace ]; then
    sh /klp-record -q -o recording -- sh /guest.sh traced
    cp recording/trace.txt trace.txt
else
    # In a shell of its own: what ends it does not take the log away.
    # shellcheck disable=SC1091
    (. ./steps)
fi
note "===== END ====="
/bin/dmesg > dmesg.log
/bin/dmesg --json > dmesg.json 2> /dev/null || rm -f dmesg.json
tries=50
until grep -q ';===== END =====' /tmp/kmsg || [ $tries = 0 ]; do
    tries=$((tries - 1))
    usleep 50000
done
sed -n '/;===== TEST: /,/;===== END =====/p' /tmp/kmsg > kmsg.raw
clean
