/// One struct klp_state (since 5.5): something in the system that a livepatch changes and a later one has to know of.
public struct StateDescription: Hashable, Sendable {
    /// klp_state.id; not 0, which ends the kernel's array.
    public var id: UInt
    /// klp_state.version.
    public var version: UInt
    /// What the livepatch's callbacks print about the state, each after its own line.
    public var prints: [CallbackKind: StateOutput]

    /// Puts a `StateDescription` together from its parts.
    public init(id: UInt, version: UInt = 0, prints: [CallbackKind: StateOutput] = [:]) {
        self.id = id
        self.version = version
        self.prints = prints
    }
}

/// What a callback prints about a state, without the prefix `module: `. Callbacks ask klp_get_prev_state whether an earlier
/// livepatch has the state, and take it over if so.
public struct StateOutput: Hashable, Sendable {
    /// If no earlier livepatch has it; nil if nothing.
    public var first: String?
    /// If an earlier livepatch has it; nil if nothing.
    public var takenOver: String?

    /// Puts a `StateOutput` together from its parts.
    public init(first: String?, takenOver: String?) {
        self.first = first
        self.takenOver = takenOver
    }

    /// The same text in either case.
    public init(_ text: String) { self.init(first: text, takenOver: text) }
}

extension Manifest {
    /// What the livepatches' callbacks print about states, each as a whole line, and what it means.
    var stateLines: [String: Event] {
        var lines: [String: Event] = [:]
        for (name, livepatch) in livepatches {
            let outputs = (livepatch.states ?? []).flatMap(\.prints.values)
            for text in outputs.flatMap({ [$0.first, $0.takenOver] }).compactMap({ $0 }) {
                lines["\(name): \(text)"] = Event(.stateOutput, patch: name, text: text)
            }
        }
        return lines
    }
}
