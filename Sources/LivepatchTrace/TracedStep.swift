import Ftrace

/// # LivepatchTrace
///
/// What traces show of livepatch: functions entered and left, modules that come and go, what the kernel printed. Records
/// become steps with a meaning (`TracedStep`), steps become events of the livepatch vocabulary (`StepFollower`), and a trace is
/// put beside the logs of the same boot (`Evidence`): clocks are aligned, and what two sources tell is one observation
/// with two witnesses. What may happen, and when, is not known here.
///
/// One record of a trace that says something about livepatch.
public struct TracedStep: Hashable, Sendable {
    /// What happened.
    public enum Kind: Hashable, Sendable {
        /// A function was entered.
        case entry(TracedFunction)
        /// A function returned.
        case exit(TracedFunction)
        /// The kernel printed a message (printk:console): its text, without the stamp that kernels before 5.19 put before it.
        case printed(String)
        /// An event of the module loader: `module_load`, `module_free`, `module_get`, `module_put`.
        case module(ModuleChange, name: String)
        /// A system call about a module begins, or ends: `finit_module`, `init_module`, `delete_module`.
        case systemCall(String, isExit: Bool)
        /// Somebody wrote a harness's heading or command into trace_marker.
        case note(String)
    }

    /// What the module loader's trace events tell.
    public enum ModuleChange: String, Hashable, Sendable {
        case load = "module_load"
        case free = "module_free"
        case get = "module_get"
        case put = "module_put"
    }

    /// What happened.
    public var kind: Kind
    /// With which arguments, or which result.
    public var arguments: StepArguments
    /// The record.
    @Shared public var record: TraceRecord
}

extension TracedStep {
    /// True if a task that wants the CPU's attention switched itself. (__klp_sched_try_switch calls klp_try_switch_task for the task that
    /// runs, 6.3 to 7.2)
    public var isSwitchInSchedule: Bool {
        guard case .exit(let function) = kind, function.name == "klp_try_switch_task", arguments.result ?? 0 != 0 else {
            return false
        }
        return record.fields.text("__probe_ret_ip")?.hasPrefix("__klp_sched_try_switch+") == true
    }
}

/// A function of the kernel or of a module.
public struct TracedFunction: Hashable, Sendable {
    /// Its name, without what a compiler adds to it (`.isra.0`, `.constprop.0`); a probe's own name if only an address tells
    /// the function.
    public var name: String
    /// The module it is in; nil for the kernel, and where only an address tells the function.
    public var module: String?
    /// True if the name is a probe's, not a function's.
    public var isNamedByProbe = false

    /// True for a function of kernel/livepatch.
    public var isOfLivepatch: Bool { name.hasPrefix("klp_") && module == nil }

    /// True for functions of livepatch that run under klp_mutex only. (kernel/livepatch, 4.15 to 7.2)
    public var needsMutex: Bool { isOfLivepatch && Self.underMutex.contains(name) }

    private static let underMutex: Set<String> = [
        "klp_init_transition", "klp_start_transition", "klp_try_complete_transition", "klp_complete_transition",
        "klp_reverse_transition", "klp_cancel_transition", "klp_force_transition", "klp_init_object_loaded",
        "klp_patch_object", "klp_unpatch_object", "klp_cleanup_module_patches_limited",
    ]
}
