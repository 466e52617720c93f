import Scenarios
import Simulation

/// The same states, found in the plainest way: every sequence of steps up to a length, one after the other, and every state kept as
/// it is. It shares with the exploration what a step is and what breaks an invariant, and nothing else.
public struct NaiveSearch: Sendable {
    /// What is searched.
    public let subject: Subject
    /// What is asked of it.
    public let invariants: [Invariant]
    /// How many steps were performed.
    public private(set) var steps = 0
    /// The names of the invariants that are broken.
    public private(set) var broken: Set<String> = []
    /// True if it was stopped.
    public private(set) var isStopped = false

    private var found: Set<State> = []

    private struct State: Hashable {
        let machine: Machine
        let monitor: Monitor
    }

    /// How many states were found.
    public var states: Int { found.count }

    /// A search that is yet to be run.
    public init(of subject: Subject, invariants: [Invariant]) {
        self.subject = subject
        self.invariants = invariants
    }

    /// Searches all sequences of so many steps.
    ///
    /// - Parameter stop: asked now and then whether to stop.
    public mutating func run(depth: Int, isStopped stop: () -> Bool = { false }) {
        visit(State(machine: subject.beginning, monitor: Monitor(subject)), depth, stop)
    }

    private mutating func visit(_ state: State, _ depth: Int, _ stop: () -> Bool) {
        found.insert(state)
        guard depth > 0 else { return }
        if !isStopped { isStopped = stop() }
        subject.forEachStep(from: state.machine) { step in
            guard !isStopped else { return }
            steps += 1
            var monitor = state.monitor
            let outOfOrder = monitor.follow(step, subject)
            let here = invariants.filter {
                $0.brokenByStep?(step, outOfOrder) != nil || $0.brokenInState?(step.after, monitor, subject) != nil
            }
            broken.formUnion(here.map(\.name))
            if here.isEmpty {
                visit(State(machine: step.after, monitor: monitor), depth - 1, stop)
            }
        }
    }

    /// True if the exploration found the same states.
    public func agrees(with exploration: Exploration) -> Bool {
        // Its numbers for names.
        var key = exploration.key
        guard states == exploration.table.count else { return false }
        return found.allSatisfy {
            key.write($0.machine, $0.monitor)
            return exploration.table.contains(key.words)
        }
    }
}
