/// One struct klp_state (since 5.5): something in the system that a livepatch changes and a later one has to know of. In features-2019
/// it is a feature that the livepatch supports.
public struct StateDescription: Hashable, Sendable {
    /// klp_state.id; not 0, which ends the kernel's array.
    public var id: UInt
    /// klp_state.version; of features too.
    public var version: UInt
    /// What the livepatch's callbacks print about the state, each after its own line.
    public var prints: [CallbackKind: StateOutput]
    /// The state's own callbacks, each of which prints a line (klp_state.callbacks, states-2023 and states-2025).
    public var callbacks: Set<CallbackKind>
    /// What pre_patch (setup) returns: 0, or a negative errno.
    public var prePatchReturn: Int
    /// klp_state.block_disable: nobody knows how to undo the state.
    public var blocksDisable: Bool
    /// klp_state.is_shadow: the shadow variables of the same id end with the state.
    public var isShadow: Bool
    /// The object for which pre_patch (setup) allocates a shadow variable of the state's id; nil if it does not.
    public var allocates: String?
    /// What the destructor of the state's shadow variables prints; nil if nothing.
    public var destructorLine: String?
    /// True if the livepatch, once it is enabled, undoes the feature for good, so that later ones need not know it (features-2019).
    public var isRetired: Bool

    /// Puts a `StateDescription` together from its parts.
    public init(
        id: UInt, version: UInt = 0, prints: [CallbackKind: StateOutput] = [:], callbacks: Set<CallbackKind> = [],
        prePatchReturn: Int = 0, blocksDisable: Bool = false, isShadow: Bool = false, allocates: String? = nil,
        destructorLine: String? = nil, isRetired: Bool = false
    ) {
        self.id = id
        self.version = version
        self.prints = prints
        self.callbacks = callbacks
        self.prePatchReturn = prePatchReturn
        self.blocksDisable = blocksDisable
        self.isShadow = isShadow
        self.allocates = allocates
        self.destructorLine = destructorLine
        self.isRetired = isRetired
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
            for text in (livepatch.states ?? []).compactMap(\.destructorLine) {
                lines["\(name): \(text)"] = Event(.stateDestructor, patch: name, text: text)
            }
        }
        return lines
    }
}
