import Ftrace

/// What of livepatch a trace can record: a function's entry, its return, or an event of the kernel.
enum TracePoint: Hashable {
    case entry(String)
    /// A return, whatever it returns.
    case functionReturn(String)
    /// A return with the value that it returns.
    case result(String)
    /// An event, without its system: text traces do not show it.
    case event(String)

    /// True for an entry or a return.
    var isFunction: Bool { if case .event = self { false } else { true } }

    /// What a person calls it.
    var name: String {
        switch self {
        case .entry(let function): function
        case .functionReturn(let function), .result(let function): "return of \(function)"
        case .event(let event): event
        }
    }

    /// Whether it is worth recording only for livepatch.
    var isOfLivepatch: Bool {
        switch self {
        case .entry(let function), .functionReturn(let function), .result(let function): function.hasPrefix("klp_")
        case .event: false
        }
    }
}

/// What a trace needs to show all that livepatch does, in groups by what they tell.
///
/// Functions of kernel/livepatch (core.c, transition.c, shadow.c, 4.12 to 7.2); some of them are static, and a compiler may have
/// put them into their callers.
struct TraceProbes {
    /// Something to record.
    struct Wish {
        var point: TracePoint
        /// What a kprobe fetches there.
        var arguments: String
        /// Any of these tells the same.
        var alternatives: [TracePoint] = []
        /// True if it is welcome, and costs too much to ask for it.
        var isExtra = false

        /// All that grant it.
        var points: [TracePoint] { [point] + alternatives }

        /// True unless the kernel cannot record it without harm: before 5.15 a probe on a return keeps whoever is in the function from
        /// being switched, and whoever enables a livepatch is.
        func isPossible(in kernel: LinuxVersion?) -> Bool {
            guard let kernel, kernel < LinuxVersion(5, 15) else { return true }
            return point != .result("klp_enable_patch")
        }

        /// The line for kprobe_events; nil for an event, which every kernel has.
        func definition(for kernel: LinuxVersion?) -> String? {
            var arguments = arguments
            if arguments == TraceProbes.task, let kernel, kernel < TraceProbes.firstWithNamedFields {
                arguments = " task=$arg1:x64"
            }
            return definition(arguments)
        }

        private func definition(_ arguments: String) -> String? {
            switch point {
            case .entry(let function): "p:klp/\(function) \(function)\(arguments)"
            case .functionReturn(let function), .result(let function): "r:klp/\(function)_ret \(function)\(arguments)"
            case .event: nil
            }
        }
    }

    /// What the wishes tell.
    var tells: String
    var wishes: [Wish]

    /// All events that are wished for, for trace-cmd.
    static let recordCommand =
        "trace-cmd record -e klp -e module -e printk:console -e signal:signal_generate -e 'syscalls:sys_*_module'"
    /// The first kernel whose probes fetch fields by their names in BTF. (kernel/trace/trace_probe.c)
    static let firstWithNamedFields = LinuxVersion(6, 6)
    /// Has livepatch print its debug lines, which printk:console records.
    static let debugCommand = "echo 'file kernel/livepatch/* +p' > /sys/kernel/debug/dynamic_debug/control"

    static let groups = [
        TraceProbes(
            tells: "transitions that begin, turn or are forced",
            wishes: [
                entry("klp_enable_patch", patch), entry("klp_init_transition", patch + " state=$arg2:s32"),
                entry("klp_start_transition", transition), entry("klp_reverse_transition", transition),
                entry("klp_cancel_transition", transition), entry("klp_force_transition", transition),
            ]),
        TraceProbes(
            tells: "transitions that end",
            wishes: [
                entry("klp_complete_transition", transition),
                Wish(
                    point: .functionReturn("klp_complete_transition"), arguments: "",
                    alternatives: [.entry("klp_free_patch_async"), .entry("klp_free_replaced_patches_async")]),
            ]),
        TraceProbes(
            tells: "results",
            wishes: [
                result("klp_enable_patch", "s32"), result("klp_module_coming", "s32"),
                result("klp_patch_object", "s32"),
            ]),
        TraceProbes(
            tells: "modules and objects",
            wishes: [
                entry("klp_module_coming", module), entry("klp_module_going", module),
                entry("klp_init_object_loaded", patch + " obj=+0(+0($arg2)):string"), entry("klp_patch_object", object),
                entry("klp_unpatch_object", object), event("module_load"), event("module_free"), event("module_get"),
                event("module_put"),
            ]),
        TraceProbes(tells: "what the kernel printed", wishes: [event("console")]),
        TraceProbes(
            tells: "shadow variables",
            wishes: [
                entry("klp_shadow_alloc", shadow + " size=$arg3:u64"), result("klp_shadow_alloc", "x64"),
                entry("klp_shadow_get", shadow), result("klp_shadow_get", "x64"),
                entry("klp_shadow_get_or_alloc", shadow + " size=$arg3:u64"), result("klp_shadow_get_or_alloc", "x64"),
                entry("klp_shadow_free", shadow), entry("klp_shadow_free_all", " id=$arg1:u64"),
            ]),
        TraceProbes(
            tells: blockers,
            wishes: [
                entry("klp_try_complete_transition", transition), entry("klp_update_patch_state", " task=$arg1:x64"),
                entry("klp_try_switch_task", task), result("klp_try_switch_task", "u8"),
                result("klp_check_and_switch_task", "s32"), extra("sched_switch"), extra("signal_generate"),
            ]),
        TraceProbes(
            tells: "operators",
            wishes: [
                event("sys_enter_finit_module"), event("sys_exit_finit_module"), event("sys_enter_delete_module"),
                event("sys_exit_delete_module"),
            ]),
    ]

    /// What the group tells that livepatch's debug lines tell best.
    static let blockers = "who keeps a transition from its end"

    // struct klp_patch begins with its module, and struct klp_object with its name; in a 64-bit kernel (x86-64, arm64) the name
    // of a struct module stands 24 bytes behind its beginning.
    private static let patch = " patch=+24(+0($arg1)):string"
    private static let transition = " patch=+24(+0(@klp_transition_patch)):string target=@klp_target_state:s32"
    private static let object = " obj=+0(+0($arg1)):string"
    private static let module = " mod=+24($arg1):string"
    /// By BTF: where a task_struct has its comm and its pid depends on the kernel's configuration.
    private static let task = " comm=task->comm:string pid=task->pid:s32"
    private static let shadow = " obj=$arg1:x64 id=$arg2:u64"

    private static func entry(_ function: String, _ arguments: String) -> Wish {
        Wish(point: .entry(function), arguments: arguments)
    }

    private static func result(_ function: String, _ type: String) -> Wish {
        Wish(point: .result(function), arguments: " ret=$retval:\(type)")
    }

    private static func event(_ name: String) -> Wish { Wish(point: .event(name), arguments: "") }

    private static func extra(_ name: String) -> Wish { Wish(point: .event(name), arguments: "", isExtra: true) }
}
