import Livepatch
import ReferenceEngine
import Scenarios

/// An operation that a step came to, and what the engine made of it.
public struct PerformedOperation: Hashable, Sendable {
    /// The operation.
    public let operation: Operation
    /// The state of livepatch in which it was performed.
    public let before: EngineState
    /// What it did.
    public let prediction: Prediction
}

/// A machine for whoever wants to know what happens, and not what is printed: no line is made.
extension Machine {
    /// What a step came to.
    public struct Deeds: Hashable, Sendable {
        /// The operations, in order.
        public let operations: [PerformedOperation]
        /// The errno that it failed with; nil if it did not.
        public let failure: Errno?
    }

    /// Does what the action says. No time passes: a transition that it begins or sets free is left pending.
    ///
    /// - Throws: `SimulationError` if the action makes no sense in the present state.
    public mutating func act(_ action: Action) throws(SimulationError) -> Deeds {
        var turn = Turn(machine: self, step: ScenarioStep(action), number: 0, isSilent: true)
        try turn.act()
        self = turn.machine
        return Deeds(operations: turn.operations, failure: turn.failure)
    }

    /// Time passes: a transition that nothing holds up completes. Returns what it came to; nil if there is none.
    public mutating func letTimePass() -> PerformedOperation? {
        guard let running = state.transition else { return nil }
        var turn = Turn(
            machine: self, step: ScenarioStep(.complete(patch: running.patch)), number: 0, isSilent: true)
        turn.settle()
        self = turn.machine
        return turn.operations.first
    }
}

extension Machine {
    /// The livepatch's module is gone, and what was set in it.
    mutating func forget(_ patch: String) {
        state.patches.removeAll { $0.name == patch }
        replaces[patch] = nil
        prePatchReturns = prePatchReturns.filter { $0.key.patch != patch }
    }
}
