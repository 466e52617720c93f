import Livepatch
import ReferenceEngine
import Scenarios

/// A machine on which the steps of a scenario are performed: livepatch, and what decides what becomes of an operation.
public struct Machine: Hashable, Sendable {
    /// What is described of livepatches and modules.
    public let manifest: Manifest
    /// The kernel's generation.
    public let generation: Generation
    /// What kernel/livepatch keeps.
    public internal(set) var state = EngineState()
    /// The livepatch modules that are loaded, enabled or not.
    public internal(set) var livepatches: Set<String> = []
    /// The livepatch modules that can never be removed, because a force was used.
    public internal(set) var pinned: Set<String> = []
    /// klp_patch.replace of each loaded livepatch.
    public internal(set) var replaces: [String: Bool] = [:] {
        didSet { engine = ReferenceEngine(generation: generation, manifest: manifest.knowing(replaces)) }
    }
    /// The engine, told which of the loaded livepatches replace.
    public private(set) var engine: ReferenceEngine
    /// What pre_patch callbacks return, where a step said so.
    public internal(set) var prePatchReturns: [PrePatch: Int] = [:]
    /// The tasks that sleep in functions.
    public internal(set) var sleepers: Set<Sleeper> = []
    /// kernel.ftrace_enabled.
    public internal(set) var isFtraceOn = true
    /// The functions that another user of ftrace has for itself.
    public internal(set) var occupied: Set<String> = []

    /// True once a transition may have completed earlier than the steps expect.
    var isAheadOfSteps = false

    /// The numbers that instrumented modules give to pointers.
    var pointerNumbers: [String: PointerNumbers] = [:]

    /// The pre_patch callback of an object or a state.
    public struct PrePatch: Hashable, Sendable {
        /// Whose it is.
        public enum Owner: Hashable, Sendable {
            /// An object's.
            case object(String)
            /// A state's (states-2023).
            case state(UInt)
        }

        /// The livepatch.
        public let patch: String
        /// Whose of it.
        public let owner: Owner
    }

    /// A machine on which nothing has been done yet.
    public init(manifest: Manifest, generation: Generation) {
        self.manifest = manifest
        self.generation = generation
        engine = ReferenceEngine(generation: generation, manifest: manifest)
    }

    var policies: Policies { generation.policies }

    /// What a step printed and how it ended.
    struct Result {
        var lines: [SimulatedLine] = []
        var failure: Errno?
        var isRace = false
    }

    /// Performs a step, and lets time pass after it unless the step says otherwise.
    ///
    /// - Throws: `SimulationError` if the step makes no sense in the present state, or does not fail as it says.
    mutating func perform(
        _ step: ScenarioStep, number: Int, isEarly: Bool = false
    ) throws(SimulationError) -> Result {
        var turn = Turn(machine: self, step: step, number: number, isEarly: isEarly)
        if isEarly { turn.machine.isAheadOfSteps = true }
        try turn.act()
        if case .unload = step.action {} else { turn.output(step.prints) }
        if !step.leavesPending { turn.settle() }
        if let expected = step.failure, expected != turn.failure {
            let ending = turn.failure.map { "fails with \($0.name)" } ?? "succeeds"
            throw turn.error("the step was to fail with \(expected.name), and \(ending) in \(generation.rawValue)")
        }
        self = turn.machine
        return Result(lines: turn.lines, failure: turn.failure, isRace: turn.isRace)
    }
}

extension Machine {
    /// Hashes what steps change most; equality compares all.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(state)
        hasher.combine(livepatches)
        hasher.combine(sleepers)
    }
}

extension Manifest {
    /// The same, with what loaded livepatches replace settled.
    fileprivate func knowing(_ replaces: [String: Bool]) -> Manifest {
        var known = self
        for (name, value) in replaces where livepatches[name]?.replace != .fixed(value) {
            known.livepatches[name]?.replace = .fixed(value)
        }
        return known
    }
}
