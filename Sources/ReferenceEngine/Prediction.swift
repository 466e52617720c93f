import Livepatch

/// What an operation does: the next state, the lines, and why the kernel would not have allowed it.
public struct Prediction: Hashable, Sendable {
    /// The state afterwards.
    public var state: EngineState
    /// The lines, in order.
    public var expectations: [Expectation]
    /// Empty if the kernel allows the operation in the state it was given.
    public var objections: [Objection]

    /// Puts a `Prediction` together from its parts.
    public init(state: EngineState, expectations: [Expectation], objections: [Objection]) {
        self.state = state
        self.expectations = expectations
        self.objections = objections
    }
}

/// A line that the kernel must print.
public struct Expectation: Hashable, Sendable {
    /// What it says.
    public var event: Event
    /// Its printk level.
    public var level: UInt8
    /// The rule that requires it.
    public var rule: RuleID
    /// What is printed instead if an earlier livepatch is there that the state does not know of.
    public var alternative: Event?
    /// True if the kernel leaves open which comes first of this line and the neighbours of which the same is said.
    public var isInAnyOrder: Bool

    /// Puts a `Expectation` together from its parts.
    public init(event: Event, level: UInt8, rule: RuleID, alternative: Event? = nil, isInAnyOrder: Bool = false) {
        self.event = event
        self.level = level
        self.rule = rule
        self.alternative = alternative
        self.isInAnyOrder = isInAnyOrder
    }

    /// True for a callback's line: it is printed only if the object defines the callback and the callback prints.
    public var isCallback: Bool { event.message == .callback }

    /// True for any line of the livepatch's own code.
    public var isPrintedByLivepatch: Bool {
        isCallback || event.message == .stateCallback || event.message == .stateOutput
            || event.message == .stateDestructor
    }

    /// True if the seen line is this one.
    public func fits(_ seen: Event) -> Bool {
        event.saysTheSame(as: seen) || alternative?.saysTheSame(as: seen) == true
    }
}

/// Why the kernel refuses an operation.
public struct Objection: Hashable, Sendable {
    /// The rule that forbids it.
    public var rule: RuleID
    /// The patch that stands in the way, if it is another than the operation's.
    public var other: String?

    /// Puts a `Objection` together from its parts.
    public init(rule: RuleID, other: String? = nil) {
        self.rule = rule
        self.other = other
    }
}

/// A prediction in the making.
struct Step {
    var state: EngineState
    let engine: ReferenceEngine
    var expectations: [Expectation] = []
    var objections: [Objection] = []

    init(state: EngineState, engine: ReferenceEngine) {
        self.state = state
        self.engine = engine
    }

    /// Expects the event if this generation prints it at all.
    mutating func expect(_ event: Event, _ rule: RuleID, or alternative: Event? = nil, inAnyOrder: Bool = false) {
        guard let level = Catalogue.level(of: event.message, for: engine.generation) else { return }
        expectations.append(
            Expectation(event: event, level: level, rule: rule, alternative: alternative, isInAnyOrder: inAnyOrder))
    }

    /// Expects the callback's line if the object defines the callback.
    mutating func expectCallback(
        _ kind: CallbackKind, _ patch: String, _ object: String, _ moduleState: ModuleState, _ rule: RuleID,
        fails: Bool = false
    ) {
        guard engine.policies.callbackOwner == .objects,
            engine.description(patch).object(object)?.callbacks.contains(kind) == true
        else { return }
        expect(
            Event(
                .callback, patch: patch, object: object, callback: kind,
                moduleState: object == Event.vmlinux ? nil : moduleState), rule)
        guard engine.description(patch).objects.first?.name == object else { return }
        expectStateOutput(kind, patch, moduleState)
        if !fails { engine.updateFeatures(kind, of: patch, &self) }
    }

    /// Expects what the callback prints about the patch's states. It is said once: by the callbacks of the first object.
    private mutating func expectStateOutput(_ kind: CallbackKind, _ patch: String, _ moduleState: ModuleState) {
        // For a module that comes or goes the callback runs in whatever transition there is, for a live one in the patch's own.
        let inTransition = moduleState == .live ? patch : state.transition?.patch
        for entry in engine.description(patch).states ?? [] {
            guard let output = entry.prints[kind] else { continue }
            let isTakenOver = engine.hasPreviousState(
                entry.id, state, of: patch, inTransition: inTransition)
            let takenOver = output.takenOver.map { Event(.stateOutput, patch: patch, text: $0) }
            let first = output.first.map { Event(.stateOutput, patch: patch, text: $0) }
            guard let event = isTakenOver ? takenOver : first else { continue }
            expect(event, .statesAreTakenOver, or: isTakenOver ? nil : takenOver)
        }
    }

    mutating func object(to rule: RuleID, because other: String? = nil) {
        objections.append(Objection(rule: rule, other: other))
    }

    /// Changes the patch's entry on klp_patches; does nothing if there is none.
    mutating func update(_ patch: String, _ change: (inout PatchState) -> Void) {
        guard let index = state.patches.firstIndex(where: { $0.name == patch }) else { return }
        change(&state.patches[index])
    }
}
