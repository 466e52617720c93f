import Livepatch

/// What one module prints of its calls, performed again with a table of its own: can a correct kernel have printed it?
///
/// Which calls the module makes, and with which arguments, is its own affair.
struct ShadowReplay {
    private struct Key: Hashable {
        let object: String
        let id: UInt64
    }

    private struct Variable {
        let data: String
        /// What its constructor says that is in it; nil if it says nothing.
        let content: String?
    }

    private var variables: [Key: Variable] = [:]
    private var constructed: [ShadowArguments] = []
    private var destroyed: [ShadowArguments] = []
    private var hasFailed = false
    private var isDuplicate = false
    /// What the call before returned: a variable, NULL, or no pointer at all.
    private var result: Variable??

    /// True if the log of a module that is loaded once, and of no other that prints its calls, can be of a correct kernel.
    static func explains(_ events: [Event]) -> Bool {
        var replay = ShadowReplay()
        return events.allSatisfy { replay.accepts($0) } && replay.isIdle
    }

    private var isIdle: Bool { constructed.isEmpty && destroyed.isEmpty && !hasFailed && !isDuplicate }

    private mutating func accepts(_ event: Event) -> Bool {
        let arguments = event.shadow ?? ShadowArguments()
        switch event.message {
        case .shadowConstructor: constructed.append(arguments)
        case .shadowDestructor: destroyed.append(arguments)
        case .shadowConstructorFailed: hasFailed = true
        case .shadowDuplicate: isDuplicate = true
        case .shadowNotFound: return takeResult { $0 == nil }
        case .shadowFound:
            return takeResult { found in
                guard let found, found.data == arguments.data else { return false }
                return found.content == nil || found.content == arguments.content
            }
        case .shadowGet, .shadowAlloc, .shadowGetOrAlloc, .shadowFree, .shadowFreeAll:
            defer { forgetLines() }
            return call(event.message, arguments)
        default: break
        }
        return true
    }

    private mutating func takeResult(_ agrees: (Variable?) -> Bool) -> Bool {
        defer { result = nil }
        return isIdle && result.map(agrees) ?? false
    }

    private mutating func forgetLines() {
        constructed = []
        destroyed = []
        hasFailed = false
        isDuplicate = false
    }

    private mutating func call(_ function: Livepatch.MessageID, _ arguments: ShadowArguments) -> Bool {
        let key = Key(object: arguments.object ?? "", id: arguments.id ?? 0)
        let data = arguments.data.flatMap { ShadowArguments.isNull($0) ? nil : $0 }
        let old = variables[key]
        result = nil
        switch function {
        case .shadowGet:
            result = .some(old)
            return isIdle && data == old?.data
        case .shadowGetOrAlloc where old != nil:
            result = .some(old)
            return isIdle && data == old?.data
        case .shadowAlloc where old != nil:
            result = .some(nil)
            return isDuplicate && constructed.isEmpty && destroyed.isEmpty && !hasFailed && data == nil
        case .shadowAlloc, .shadowGetOrAlloc: return create(key, data, arguments)
        default: return free(function == .shadowFreeAll ? nil : key, arguments)
        }
    }

    private mutating func create(_ key: Key, _ data: String?, _ arguments: ShadowArguments) -> Bool {
        let runsConstructor = !ShadowArguments.isNull(arguments.constructor ?? "")
        guard destroyed.isEmpty, !isDuplicate, constructed.count == (runsConstructor ? 1 : 0) else { return false }
        result = .some(nil)
        guard let data else { return hasFailed && runsConstructor }
        let isNew = !variables.values.contains { $0.data == data }
        guard !hasFailed, isNew, constructed.allSatisfy({ $0.data == data }) else { return false }
        let variable = Variable(data: data, content: constructed.first?.content)
        variables[key] = variable
        result = .some(variable)
        return true
    }

    /// - Parameter key: nil for all of the id.
    private mutating func free(_ key: Key?, _ arguments: ShadowArguments) -> Bool {
        let freed = variables.filter { key == nil ? $0.key.id == arguments.id : $0.key == key }
        let runsDestructor = !ShadowArguments.isNull(arguments.destructor ?? "")
        let expected = runsDestructor ? freed.map { [$0.key.object, $0.value.data] } : []
        let seen = destroyed.map { [$0.object ?? "", $0.data ?? ""] }
        for key in freed.keys { variables[key] = nil }
        return constructed.isEmpty && !hasFailed && !isDuplicate && Set(seen) == Set(expected)
            && seen.count == expected.count
    }
}

extension EquivalenceClass {
    static let otherCalls = EquivalenceClass(
        name: "other calls",
        statement:
            "a module other than the kernel's own test calls what it likes: its lines, performed again as calls of an API "
            + "that works, are what such calls print",
        covers: callsOtherwise)

    private static func callsOtherwise(_ mutant: Mutant, _ run: Run) -> Bool {
        let recogniser = Recogniser(manifest: run.manifest)
        guard run.events[mutant.line]?.message.isShadowOutput == true, !mutant.kind.isInsertion else { return false }
        let callers = Set(run.events.compactMap { $0 }.filter(\.message.isShadowOutput).compactMap(\.object))
        guard callers.count == 1, let caller = callers.first, caller != "test_klp_shadow_vars" else { return false }
        let loads = run.lines.filter { $0.message.hasPrefix("% insmod \(caller)") }
        return loads.count == 1 && ShadowReplay.explains(mutant.lines.compactMap { recogniser.recognise($0.message) })
    }
}
