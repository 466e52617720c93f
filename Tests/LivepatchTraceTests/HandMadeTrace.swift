/// A text trace put together line by line.
struct HandMadeTrace {
    private var lines = ["# tracer: nop", "#"]
    private var time = 100_000_000

    /// Adds an event of a task, `after` microseconds after the one before.
    mutating func add(_ event: String, task: String = "insmod-200", cpu: Int = 0, after: Int = 10) {
        time += after
        let seconds = "\(time / 1_000_000)." + String(String(time % 1_000_000 + 1_000_000).dropFirst())
        lines.append("          \(task)     [00\(cpu)] .....   \(seconds): \(event)")
    }

    /// The reader could not keep up.
    mutating func lose() { lines.append("CPU:1 [LOST 12 EVENTS]") }

    var bytes: [UInt8] { Array((lines.joined(separator: "\n") + "\n").utf8) }

    // MARK: - Operations as probes of the usual kind show them

    private static let worker = "kworker/0:1-17"

    mutating func enter(_ function: String, _ arguments: String = "", task: String = "insmod-200", after: Int = 10) {
        add("\(function): (\(function)+0x0/0x40)\(arguments.isEmpty ? "" : " ")\(arguments)", task: task, after: after)
    }

    mutating func leave(_ function: String, _ result: String, task: String = "insmod-200") {
        add("\(function)_ret: (do_one_initcall+0x56/0x200 <- \(function)) \(result)", task: task)
    }

    /// klp_enable_patch up to its return; the transition has started.
    mutating func enable(_ patch: String, replaces: Bool = false, result: Int = 0, task: String = "insmod-200") {
        enter("klp_enable_patch", "patch=\"\(patch)\" replace=\(replaces ? 1 : 0)", task: task)
        enter("klp_init_transition", "patch=\"\(patch)\" state=1", task: task)
        enter("klp_patch_object", "obj=(fault)", task: task)
        enter("klp_start_transition", "patch=\"\(patch)\" target=1", task: task)
        enter("klp_try_complete_transition", "patch=\"\(patch)\" target=1", task: task)
        leave("klp_enable_patch", "ret=\(result)", task: task)
    }

    mutating func complete(_ patch: String, target: Int, replaces: Bool = false) {
        enter("klp_try_complete_transition", "patch=\"\(patch)\" target=\(target)", task: Self.worker, after: 900_000)
        enter("klp_complete_transition", "patch=\"\(patch)\" target=\(target)", task: Self.worker)
        if replaces { enter("klp_unpatch_replaced_patches", "patch=\"\(patch)\"", task: Self.worker) }
        leave("klp_complete_transition", "ret=0", task: Self.worker)
    }

    mutating func disable(_ patch: String) {
        enter("klp_init_transition", "patch=\"\(patch)\" state=0", task: "sh-150")
        enter("klp_start_transition", "patch=\"\(patch)\" target=0", task: "sh-150")
    }

    /// A module comes; klp_module_coming applies the livepatches to it, and has not returned yet.
    mutating func come(_ module: String, applying patches: [String], task: String = "modprobe-400") {
        enter("klp_module_coming", "mod=\"\(module)\" state=1", task: task)
        for patch in patches {
            enter("klp_init_object_loaded", "patch=\"\(patch)\" obj=\"\(module)\"", task: task)
            enter("klp_patch_object", "obj=\"\(module)\"", task: task)
        }
    }

    mutating func put(_ patch: String) {
        add("module_put: \(patch) call_site=process_one_work refcnt=1", task: Self.worker)
    }

    mutating func free(_ patch: String) { add("module_free: \(patch)", task: "rmmod-300", after: 500_000) }
}
