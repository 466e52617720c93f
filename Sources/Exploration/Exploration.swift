import Livepatch
import Scenarios
import Simulation

/// # Exploration
///
/// Everything that can come of the operations of a scenario, in any order and any number of times, and whether invariants hold all
/// the while:
///
///     var exploration = Exploration(of: Subject(scenario, generation: .linux55), invariants: Invariant.all)
///     exploration.run()
///     exploration.violations.first?.scenario(of: exploration.subject)       // the shortest way to break it
///
/// It walks `Simulation.Machine`, not the engine alone: what is done to livepatch are writes to files, loads of modules, calls and
/// sleeping tasks, and the machine decides which operation of the engine each comes to, with which outcome, and when a
/// transition can complete. So each step of the walk is a step of a scenario, and a way to a state is a scenario.
///
/// The walk goes breadth first, so that the first way to break an invariant is a shortest one. A state that breaks one is not gone on
/// from: what follows is a consequence. What is not explored: a transition that completes in the middle of a step.
public struct Exploration: Sendable {
    /// What is explored.
    public let subject: Subject
    /// What is asked of it.
    public let invariants: [Invariant]
    /// The bounds.
    public let limits: Limits
    /// How far it is.
    public private(set) var progress = Progress()
    /// The first way to break each invariant, in the order in which they were found.
    public private(set) var violations: [Violation] = []

    private(set) var table = StateTable()
    private(set) var key = StateKey()
    private var origins: [Origin] = []
    private let stepChecks: [(invariant: Int, check: Invariant.StepCheck)]
    private let stateChecks: [(invariant: Int, check: Invariant.StateCheck)]

    /// How far an exploration goes at most.
    public struct Limits: Hashable, Sendable {
        /// So many steps from the beginning; nil for no bound.
        public var depth: Int?
        /// So many states.
        public var states: Int

        /// Puts `Limits` together from their parts.
        public init(depth: Int? = nil, states: Int = 1_000_000) {
            self.depth = depth
            self.states = states
        }
    }

    /// How far an exploration is.
    public struct Progress: Hashable, Sendable {
        /// Why it ended.
        public enum End: Hashable, Sendable {
            /// There are no other states.
            case everything
            /// Every state within the bound on steps was found.
            case depth
            /// As many states as allowed were found.
            case states
            /// It was stopped.
            case stopped
        }

        /// The states that were found.
        public var states = 0
        /// The steps that were performed.
        public var steps = 0
        /// Every state that so many steps lead to was found.
        public var depth = 0
        /// Why it ended; nil while it goes on.
        public var end: End?
        /// True if it ended before everything within the bound on steps was found.
        public var isCut: Bool { end == .states || end == .stopped }
    }

    /// How a state was come to.
    private struct Origin {
        var state: UInt32
        var action: UInt32
        var leavesPending: Bool
    }

    /// A state to go on from.
    private struct Node {
        var number: Int
        var machine: Machine
        var monitor: Monitor
    }

    /// An exploration that is yet to be run.
    public init(of subject: Subject, invariants: [Invariant], limits: Limits = Limits()) {
        self.subject = subject
        self.invariants = invariants
        stepChecks = invariants.enumerated().compactMap { place, invariant in
            invariant.brokenByStep.map { (place, $0) }
        }
        stateChecks = invariants.enumerated().compactMap { place, invariant in
            invariant.brokenInState.map { (place, $0) }
        }
        self.limits = limits
    }

    /// Explores until the end.
    ///
    /// - Parameter isStopped: asked now and then whether to stop.
    public mutating func run(isStopped: (Progress) -> Bool = { _ in false }) {
        let beginning = Node(number: 0, machine: subject.beginning, monitor: Monitor(subject))
        key.write(beginning.machine, beginning.monitor)
        guard table.insert(key.words) else { return }
        origins = [Origin(state: 0, action: 0, leavesPending: false)]
        progress.states = 1
        var frontier = [beginning]
        while !frontier.isEmpty {
            if let depth = limits.depth, progress.depth >= depth { return progress.end = .depth }
            var next: [Node] = []
            for node in frontier {
                expand(node, into: &next)
                if table.count >= limits.states { return progress.end = .states }
                if isStopped(progress) { return progress.end = .stopped }
            }
            frontier = next
            if !next.isEmpty { progress.depth += 1 }
        }
        progress.end = .everything
    }

    /// Performs every step from the state.
    private mutating func expand(_ node: Node, into next: inout [Node]) {
        let subject = subject
        subject.forEachStep(from: node.machine) { step in
            progress.steps += 1
            var monitor = node.monitor
            let outOfOrder = monitor.follow(step, subject)
            var isBroken = false
            for (invariant, check) in stepChecks {
                guard let problem = check(step, outOfOrder) else { continue }
                record(problem, invariants[invariant], node, step)
                isBroken = true
            }
            key.write(step.after, monitor)
            guard table.count < limits.states, isBroken || !table.contains(key.words) else { return }
            for (invariant, check) in stateChecks {
                guard let problem = check(step.after, monitor, subject) else { continue }
                record(problem, invariants[invariant], node, step)
                isBroken = true
            }
            guard !isBroken else { return }
            _ = table.insert(key.words)
            progress.states = table.count
            origins.append(
                Origin(
                    state: UInt32(node.number), action: UInt32(step.number.action),
                    leavesPending: step.number.leavesPending))
            next.append(Node(number: table.count - 1, machine: step.after, monitor: monitor))
        }
    }

    private mutating func record(_ problem: String, _ invariant: Invariant, _ node: Node, _ step: ExploredStep) {
        if let known = violations.firstIndex(where: { $0.invariant.name == invariant.name }) {
            return violations[known].count += 1
        }
        violations.append(
            Violation(invariant: invariant, problem: problem, steps: way(to: node.number) + [step.scenarioStep]))
    }

    /// The steps that lead to the state.
    private func way(to state: Int) -> [ScenarioStep] {
        var numbers: [ExploredStep.Number] = []
        var place = state
        while place != 0 {
            let origin = origins[place]
            numbers.append(ExploredStep.Number(action: Int(origin.action), leavesPending: origin.leavesPending))
            place = Int(origin.state)
        }
        var machine = subject.beginning
        return numbers.reversed().compactMap { number in
            guard let step = subject.step(number, from: machine) else { return nil }
            machine = step.after
            return step.scenarioStep
        }
    }
}
