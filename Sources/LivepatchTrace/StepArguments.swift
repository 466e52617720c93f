import Ftrace

/// The arguments of a traced function as far as they say something of livepatch.
///
/// Probes may name their arguments as they like. A name that says what the argument is counts (`patch`, `obj`, `mod`,
/// `state`); others count by their place among those of the function: `p klp_init_transition $arg1 $arg2`.
public struct StepArguments: Hashable, Sendable {
    /// The livepatch.
    public var patch: String?
    /// The klp_object; `vmlinux` where its name is NULL.
    public var object: String?
    /// The module that comes or goes.
    public var module: String?
    /// The state that a transition goes to (klp_target_state): 0 for unpatching, 1 for patching.
    public var state: Int64?
    /// Whether the livepatch replaces the others (klp_patch.replace).
    public var replaces: Bool?
    /// The task that is looked at, or that switches.
    public var task: TracedTask?
    /// What the function returned.
    public var result: Int64?
    /// `struct klp_shadow` and its like: the object, the id, the size, as numbers in the function's order.
    public var numbers: [Int64] = []

    /// No arguments.
    public init() {}
}

extension StepArguments {
    /// What an argument is.
    enum Role: Hashable {
        case patch, object, module, state, replaces, task, number, ignored
    }

    /// - Parameters:
    ///   - fields: the record's fields.
    ///   - function: the function's name.
    ///   - isExit: true for what a return probe fetched: a number is the result, whatever it is called.
    init(_ fields: [TraceField], of function: String, isExit: Bool = false) {
        var remaining = isExit ? [] : Self.signatures[function] ?? []
        for field in fields where !Self.isPlace(field.name) {
            if Self.resultNames.contains(field.name), case .number(let number) = field.value {
                result = number
                continue
            }
            if isExit, Self.role(of: field.name) == nil, case .number(let number) = field.value {
                result = result ?? number
                continue
            }
            let role = Self.role(of: field.name) ?? Self.next(&remaining, field.value)
            remaining.removeAll { $0 == role && role != .number && role != .task }
            take(field.value, as: role)
        }
    }

    private mutating func take(_ value: TraceField.Value, as role: Role) {
        switch (role, value) {
        case (.patch, .text(let text)): patch = text.isEmpty ? patch : text
        case (.object, .text(let text)): object = text.isEmpty ? "vmlinux" : text
        case (.module, .text(let text)): module = text.isEmpty ? module : text
        case (.state, .number(let number)): state = number
        case (.replaces, .number(let number)): replaces = number != 0
        case (.task, let value): takeTask(value)
        case (.number, .number(let number)), (.object, .number(let number)): numbers.append(number)
        default: break
        }
    }

    /// A text is the comm, a small number the pid, and any other one the address. (PID_MAX_LIMIT is 4194304.)
    private mutating func takeTask(_ value: TraceField.Value) {
        var task = task ?? TracedTask()
        switch value {
        case .text(let text): task.comm = text
        case .number(let number) where (0...4_194_304).contains(number): task.pid = Int(number)
        case .number(let number): task.address = UInt64(bitPattern: number)
        }
        self.task = task
    }

    /// The function's next argument of the value's type.
    private static func next(_ remaining: inout [Role], _ value: TraceField.Value) -> Role {
        if remaining.first == .task { return .task }
        let isText = if case .text = value { true } else { false }
        guard let place = remaining.firstIndex(where: { ($0 != .state && $0 != .number) == isText }) else {
            return .ignored
        }
        return remaining.remove(at: place)
    }

    private static func role(of name: String) -> Role? {
        switch name {
        case "patch": .patch
        case "obj", "object": .object
        // The name that newer kernels record with delete_module.
        case "mod", "module", "__name_user_val": .module
        case "state", "target": .state
        case "id", "size": .number
        case "replace": .replaces
        case "task", "comm", "pid": .task
        case "limit", "dtor", "ctor": .ignored
        default: nil
        }
    }

    private static func isPlace(_ name: String) -> Bool { name.hasPrefix("__probe_") || name == "parent_ip" }

    static let resultNames: Set<String> = ["ret", "retval"]

    /// The arguments of livepatch's functions that a probe may have fetched, in the order of the C declaration. Those of the
    /// transition functions, which have none, are klp_transition_patch and klp_target_state. (kernel/livepatch, 4.12 to 7.2)
    private static let signatures: [String: [Role]] = [
        "klp_enable_patch": [.patch],
        "klp_init_transition": [.patch, .state],
        "klp_start_transition": [.patch, .state],
        "klp_try_complete_transition": [.patch, .state],
        "klp_complete_transition": [.patch, .state],
        "klp_cancel_transition": [.patch],
        "klp_reverse_transition": [.patch, .state],
        "klp_force_transition": [.patch],
        "klp_module_coming": [.module],
        "klp_module_going": [.module],
        "klp_init_object_loaded": [.patch, .object],
        "klp_patch_object": [.object],
        "klp_unpatch_object": [.object],
        "klp_free_patch_async": [.patch],
        "klp_free_replaced_patches_async": [.patch],
        "klp_is_patch_compatible": [.patch],
        "klp_try_switch_task": [.task],
        "klp_check_and_switch_task": [.task],
        "klp_check_stack": [.task],
        "klp_update_patch_state": [.task],
        "klp_shadow_get": [.number, .number],
        "klp_shadow_alloc": [.number, .number, .number],
        "klp_shadow_get_or_alloc": [.number, .number, .number],
        "klp_shadow_free": [.number, .number],
        "klp_shadow_free_all": [.number],
    ]
}
