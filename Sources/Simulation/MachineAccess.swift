import Livepatch
import ReferenceEngine
import Scenarios

/// A machine for whoever makes up steps as they go.
///
///     var machine = Machine(manifest: manifest, generation: .linux55)
///     let failure = try machine.perform(ScenarioStep(.load(module: "fix", LoadOptions()))).failure
extension Machine {
    /// How a step ended.
    public struct Outcome: Hashable, Sendable {
        /// The errno that it failed with; nil if it did not.
        public let failure: Errno?
        /// True if a real kernel may complete a transition earlier than the next step, or in the middle of this one.
        public let isRace: Bool
    }

    /// Performs a step, and lets time pass after it unless the step leaves its transition pending. A step that cannot be performed
    /// leaves the machine as it is.
    ///
    /// - Throws: `SimulationError` if the step makes no sense in the present state, or does not fail as it says.
    public mutating func perform(_ step: ScenarioStep) throws(SimulationError) -> Outcome {
        let result = try perform(step, number: 0)
        return Outcome(failure: result.failure, isRace: result.isRace || (step.leavesPending && isAboutToComplete))
    }

    /// The functions in which tasks sleep, by name.
    public var functionsWithSleepers: [String] { Set(sleepers.map(\.function.name)).sorted() }

    /// The functions that another user of ftrace has for itself, by name.
    public var occupiedFunctions: [String] { occupied.sorted() }

    /// True if a transition runs that no task holds up: a real kernel completes it soon.
    public var isAboutToComplete: Bool { state.transition != nil && blockingFunction == nil }

    /// True if nothing is left of what was done: no module, no patch, no shadow variable, nobody who sleeps or occupies.
    public var isAsBooted: Bool {
        state == EngineState() && livepatches.isEmpty && pinned.isEmpty && sleepers.isEmpty && occupied.isEmpty
            && isFtraceOn
    }
}
