/// What a fake kernel does of a real one's work: functions that take the place of programs in the recorder's shell.
///
/// Files in the fake kernel's directory change it:
/// - `run-is-full`: nothing can be written down in the state directory.
/// - `no-instance`: trace instances cannot be made; `no-probe-events`: kprobes cannot be enabled; `no-stats`: no figures.
/// - `plant`: `NAME` is made a link to a full disk in the directory `here`.
/// - `no-room-for-the-log`: the kernel's log cannot be copied; `slow-reader`: the kernel's log is read slowly.
/// - `dmesg.txt`: what dmesg says.
extension FakeKernel {
    static let acting = #"""
        mkdir() (
            for last; do :; done
            case $last in
            */instances/*) [ ! -e "$KLP_RECORD_ROOT/no-instance" ] || exit 1 ;;
            esac
            command mkdir "$@" || exit
            case $last in
            */run/klp-record)
                [ ! -e "$KLP_RECORD_ROOT/run-is-full" ] || ln -s /dev/full "$last/state"
                [ ! -e "$KLP_RECORD_ROOT/plant" ] || ln -s /dev/full "$KLP_RECORD_ROOT/here/$(cat "$KLP_RECORD_ROOT/plant")"
                ;;
            */instances/klp-record.*)
                group=klp_record_$(echo "${last##*/klp-record.}" | tr . _)
                set -- module/module_load module/module_free printk/console
                [ -e "$KLP_RECORD_ROOT/no-probe-events" ] || for probe in klp_enable_patch klp_module_coming klp_start_transition; do
                    set -- "$@" "$group/$probe" "$group/${probe}_return"
                done
                for event; do command mkdir -p "$last/events/$event" && : > "$last/events/$event/enable"; done
                [ -e "$KLP_RECORD_ROOT/no-stats" ] || {
                    command mkdir -p "$last/per_cpu/cpu0"
                    printf 'entries: 9\noverrun: 2\ncommit overrun: 0\ndropped events: 1\n' > "$last/per_cpu/cpu0/stats"
                }
                echo '# tracer: nop' > "$last/trace"
                : > "$last/events/enable"
                ;;
            esac
        )
        rmdir() {
            case $1 in
            */instances/*) command mkdir -p "$KLP_RECORD_ROOT/removed" && mv "$1" "$KLP_RECORD_ROOT/removed/" ;;
            *) command rmdir "$@" ;;
            esac
        }
        # The kernel has its time while the recorder sleeps; a moment is shorter here.
        sleep() (
            probes=$KLP_RECORD_ROOT/sys/kernel/tracing/kprobe_events
            if grep -q '^-:' "$probes" 2> /dev/null && command mkdir "$probes.busy" 2> /dev/null; then
                awk 'list == "gone" { if (sub(/^-:/, "")) gone[$1]; next }
                    { name = $1; sub(/^[^:]*:/, "", name) }
                    /^[^-]/ && !(name in gone)' list=gone "$probes" list=all "$probes" > "$probes.new" && mv "$probes.new" "$probes"
                command rmdir "$probes.busy"
            fi
            case $1 in
            0.1) command sleep 0.02 ;;
            *) command sleep "$1" ;;
            esac
        )
        dmesg() { cat "$KLP_RECORD_ROOT/dmesg.txt"; }
        if [ -e "$KLP_RECORD_ROOT/no-room-for-the-log" ]; then
            dd() {
                printf 'dd: error writing: No space left on device\n1+0 records in\n0+0 records out\n' >&2
                return 1
            }
        fi
        if [ -e "$KLP_RECORD_ROOT/slow-reader" ]; then
            dd() {
                while read -r line; do
                    printf '%s\n' "$line"
                    command sleep 0.01
                done < "$KLP_RECORD_ROOT/dev/kmsg"
            }
        fi

        """#
}
