import Livepatch
import ReferenceEngine
import Scenarios

/// A machine on which the steps of a scenario are performed: livepatch, and what decides what becomes of an operation.
public struct Machine: Hashable, Sendable {
    /// What is described of livepatches and modules.
    let manifest: Manifest
    /// The kernel's generation.
    let generation: Generation
    /// What kernel/livepatch keeps.
    public internal(set) var state = EngineState()
    /// The livepatch modules that are loaded, enabled or not.
    public internal(set) var livepatches: Set<String> = []
    /// The livepatch modules that can never be removed, because a force was used.
    public internal(set) var pinned: Set<String> = []
    /// klp_patch.replace of each loaded livepatch.
    var replaces: [String: Bool] = [:]
    /// What pre_patch callbacks return, where a step said so.
    var prePatchReturns: [PrePatch: Int] = [:]
    /// The tasks that sleep in functions.
    var sleepers: Set<Sleeper> = []
    /// kernel.ftrace_enabled.
    public internal(set) var isFtraceOn = true
    /// The functions that another user of ftrace has for itself.
    var occupied: Set<String> = []

    /// True once a transition may have completed earlier than the steps expect.
    var isAheadOfSteps = false

    /// The numbers that instrumented modules give to pointers.
    var pointerNumbers: [String: PointerNumbers] = [:]

    /// The pre_patch callback of an object or a state.
    struct PrePatch: Hashable {
        enum Owner: Hashable {
            case object(String)
            case state(UInt)
        }

        let patch: String
        let owner: Owner
    }

    /// A machine on which nothing has been done yet.
    public init(manifest: Manifest, generation: Generation) {
        self.manifest = manifest
        self.generation = generation
    }

    var policies: Policies { generation.policies }

    /// The engine, told which of the loaded livepatches replace.
    var engine: ReferenceEngine {
        var known = manifest
        for (name, value) in replaces { known.livepatches[name]?.replace = .fixed(value) }
        return ReferenceEngine(generation: generation, manifest: known)
    }

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
