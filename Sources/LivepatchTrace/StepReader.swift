import Ftrace

/// Makes steps of a trace's records.
///
/// Probes are told by the function they are put on, whatever they are called; only where the trace shows a bare address (a
/// module that is gone, a report of trace-cmd without symbols) their own name has to do: `klp_enable_patch_ret`.
struct StepReader {
    /// What was found out about the places of probes; it forgets when it grows.
    private var places: [String: ProbedPlace] = [:]

    private static let mostPlaces = 1 << 12

    /// A place that a probe may be at, as the kernel's `%pS` writes it.
    private struct ProbedPlace {
        /// Nil for a part of a function that is no function by itself.
        var function: TracedFunction?
        var offset: Int
    }

    /// True for events, functions and probes that may say something of livepatch.
    static func isWanted(_ name: String) -> Bool {
        let name = FunctionName.function(ofProbe: name, isReturn: false)
        guard !name.hasPrefix("klp_") else {
            return TaskRefusals.isOfTasks(name) || !unused.contains { name.hasPrefix($0) }
        }
        return isNamedAsCallback(name) || events.contains(name)
    }

    /// True for functions that run callbacks: what they call in a module is one. enabled_store is that of the sysfs of livepatches, into
    /// which a compiler may put __klp_disable_patch. What klp_shadow_alloc and others call are constructors and destructors.
    /// What no traced function calls may be a callback, too: where only livepatch's functions are traced, enabled_store is not.
    static func isCallerOfCallbacks(_ name: String) -> Bool {
        if name == "enabled_store" || name.isEmpty { return true }
        return (name.hasPrefix("klp_") || name.hasPrefix("__klp_")) && !name.contains("klp_shadow_")
    }

    /// Functions of livepatch that run very often and tell nothing here: a round of klp_try_complete_transition calls them for every
    /// task, and every fork one of them.
    private static let unused = [
        "klp_copy_process", "klp_find_ops", "klp_ftrace_handler", "klp_sync",
        "klp_check_stack", "klp_stack_", "klp_cond_resched", "__klp_sched_try_switch",
    ]

    private static let events: Set<String> = [
        "console", "print", "module_load", "module_free", "module_get", "module_put", "sys_enter_finit_module",
        "sys_exit_finit_module", "sys_enter_init_module", "sys_exit_init_module", "sys_enter_delete_module",
        "sys_exit_delete_module", "sched_switch", "signal_generate",
    ]

    /// Names of callbacks mostly say which they are.
    static func isNamedAsCallback(_ name: String) -> Bool { name.contains("_patch") || name.contains("_unpatch") }

    /// The step; nil if the record says nothing of livepatch.
    mutating func step(_ record: TraceRecord) -> TracedStep? {
        switch record.kind {
        case .functionEntry, .functionReturn: return Self.functionStep(record).flatMap(Self.wanted)
        case .event: return probeStep(record).flatMap(Self.wanted) ?? Self.eventStep(record)
        }
    }

    /// A probe that may have been on any function turns out to be on one that tells nothing.
    private static func wanted(_ step: TracedStep) -> TracedStep? {
        switch step.kind {
        case .entry(let function), .exit(let function):
            isWanted(function.name) || (function.module != nil && isCallback(step)) ? step : nil
        default: step
        }
    }

    /// A function of a module may be a callback, whatever its name: the tracers deliver only those that livepatch calls. Who put a
    /// probe on it says so by having its klp_object recorded.
    private static func isCallback(_ step: TracedStep) -> Bool {
        step.record.kind == .functionEntry || step.arguments.object != nil
    }

    private static func functionStep(_ record: TraceRecord) -> TracedStep? {
        guard let name = FunctionName.canonical(record.name) else { return nil }
        let function = TracedFunction(name: name, module: record.fields.text("module"))
        let kind: TracedStep.Kind = record.kind == .functionEntry ? .entry(function) : .exit(function)
        // The tracer's own fields (depth, duration) are no arguments.
        let results = record.fields.filter { StepArguments.resultNames.contains($0.name) }
        return TracedStep(kind: kind, arguments: StepArguments(results, of: name), record: record)
    }

    // MARK: - Probes

    private mutating func probeStep(_ record: TraceRecord) -> TracedStep? {
        if let place = record.fields.first(where: { $0.name == "__probe_func" }) {
            guard let function = function(at: place.value, record, isExit: true) else { return nil }
            return TracedStep(
                kind: .exit(function), arguments: StepArguments(record.fields, of: function.name, isExit: true),
                record: record)
        }
        guard let place = record.fields.first(where: { $0.name == "__probe_ip" }) else { return nil }
        guard let function = function(at: place.value, record, isExit: false) else { return nil }
        return TracedStep(
            kind: .entry(function), arguments: StepArguments(record.fields, of: function.name), record: record)
    }

    /// The probed function: `klp_enable_patch+0x0/0x940`, `pre_patch_callback+0x4/0x30 [livepatch_sample]`.
    private mutating func function(
        at place: TraceField.Value, _ record: TraceRecord, isExit: Bool
    ) -> TracedFunction? {
        guard case .text(let text) = place, let place = probedPlace(text) else {
            let name = FunctionName.function(ofProbe: record.name, isReturn: isExit)
            guard let name = FunctionName.canonical(name) else { return nil }
            return TracedFunction(name: name, module: nil, isNamedByProbe: true)
        }
        // A probe in the middle of a function tells no entry.
        return isExit || place.offset <= TraceProbe.entryLength ? place.function : nil
    }

    private mutating func probedPlace(_ text: String) -> ProbedPlace? {
        if let place = places[text] { return place }
        guard let place = Self.parsedPlace(text) else { return nil }
        if places.count >= Self.mostPlaces { places = [:] }
        places[text] = place
        return place
    }

    private static func parsedPlace(_ text: String) -> ProbedPlace? {
        let words = text.split(separator: " ")
        guard let first = words.first, let plus = first.lastIndex(of: "+"), plus > first.startIndex else { return nil }
        let digits = first[first.index(after: plus)...].prefix { $0 != "/" }.dropFirst(2)
        guard let offset = Int(digits, radix: 16) else { return nil }
        let module = words.dropFirst().first.map { String($0.dropFirst().dropLast()) }
        let name = FunctionName.canonical(String(first[..<plus]))
        return ProbedPlace(function: name.map { TracedFunction(name: $0, module: module) }, offset: offset)
    }

    // MARK: - Events

    private static func eventStep(_ record: TraceRecord) -> TracedStep? {
        let arguments = StepArguments(record.fields, of: record.name)
        func step(_ kind: TracedStep.Kind) -> TracedStep {
            TracedStep(kind: kind, arguments: arguments, record: record)
        }
        if let change = TracedStep.ModuleChange(rawValue: record.name) {
            return record.fields.text("name").map { step(.module(change, name: $0)) }
        }
        switch record.name {
        case "console": return record.fields.text("msg").map { step(.printed(message($0))) }
        case "print":
            let note = record.fields.text("buf")?.trimmingNewlines ?? ""
            // A harness's heading or command; anything else is not about livepatch.
            return note.hasPrefix("% ") || note.hasPrefix("===") ? step(.note(note)) : nil
        default: break
        }
        for (prefix, isExit) in [("sys_enter_", false), ("sys_exit_", true)] where record.name.hasPrefix(prefix) {
            return step(.systemCall(String(record.name.dropFirst(prefix.count)), isExit: isExit))
        }
        return nil
    }

    /// The message without its newline, and without the stamp (and caller) that kernels before 5.19 trace with it.
    private static func message(_ text: String) -> String {
        var text = text.trimmingNewlines[...]
        while text.first == "[", let end = text.firstIndex(of: "]"), isStamp(text[..<end].dropFirst()) {
            text = text[text.index(after: end)...]
            if text.first == " " { text = text.dropFirst() }
        }
        return String(text)
    }

    /// `   12.345678`, `    T123`, `C0`.
    private static func isStamp(_ text: Substring) -> Bool {
        let word = text.drop { $0 == " " }
        let number = word.first == "T" || word.first == "C" ? word.dropFirst() : word
        return !number.isEmpty && number.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    }
}

extension [TraceField] {
    func text(_ name: String) -> String? {
        for field in self where field.name == name { if case .text(let text) = field.value { return text } }
        return nil
    }

    func number(_ name: String) -> Int64? {
        for field in self where field.name == name { if case .number(let number) = field.value { return number } }
        return nil
    }
}

extension String {
    fileprivate var trimmingNewlines: String {
        var text = self[...]
        while text.last?.isNewline == true { text = text.dropLast() }
        return String(text)
    }
}
