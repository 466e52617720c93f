import Simulation

/// What invariants have to remember of the past. It is part of a state: two that differ here are two.
struct Monitor: Hashable, Sendable {
    /// Where the callbacks of each object are in their language.
    var callbacks: [ObjectCallbacks.Positions]
    /// The tasks that were counted as switched by force, for as long as they sleep where they did.
    var forcedSleepers: Set<Sleeper> = []

    /// Before the first step.
    init(_ subject: Subject) {
        callbacks = subject.callbacks.map { $0.closure(of: ObjectCallbacks.unprepared) }
    }
}
