import Livepatch
import ReferenceEngine
import Scenarios

/// # Simulation
///
/// What a kernel of a generation prints when the steps of a scenario are performed:
///
///     let simulation = try Simulation(of: scenario, generation: .linux55)
///     simulation.lines.map(\.text)     // "% insmod fix", "livepatch: enabling patch 'fix'", ...
///
/// The reference engine says what each operation does. This module says which operation a step comes to: it plays the rest of
/// the machine (the module loader, ftrace, the tasks, the callbacks' return values), which decides what the kernel refuses and
/// when a transition can complete.
public struct Simulation: Hashable, Sendable {
    /// The generation of the kernel.
    public let generation: Generation
    /// The lines in order, the operator's among them.
    public let lines: [SimulatedLine]
    /// The errno that each step failed with; nil if it did not.
    public let failures: [Errno?]
    /// Which step unloads which module.
    public let unloads: [Unload]
    /// The steps, counted from 0, after which a transition is left pending although nothing holds it up, or in the middle of which
    /// what holds it up goes: a real kernel may complete it earlier.
    public let races: [Int]
    /// The transition that is pending after each step; nil if none is.
    public let transitions: [Transition?]
    /// True if a step calls the shadow variable API.
    public let callsShadowAPI: Bool
    /// The machine after the last step.
    public let machine: Machine

    /// Performs all steps.
    ///
    /// - Parameters:
    ///   - scenario: the scenario.
    ///   - generation: the generation of the kernel.
    ///   - early: the steps, counted from 0, after which transitions complete although the step leaves them pending.
    ///   - mayFailOtherwise: true to perform steps that say how they fail in kernels where they fail otherwise, or not at all.
    /// - Throws: `SimulationError` if a step cannot be performed as it is meant.
    public init(
        of scenario: Scenario, generation: Generation, early: Set<Int> = [], mayFailOtherwise: Bool = false
    ) throws(SimulationError) {
        var machine = Machine(manifest: scenario.manifest, generation: generation)
        var lines: [SimulatedLine] = []
        var failures: [Errno?] = []
        var races: [Int] = []
        var transitions: [Transition?] = []
        for (number, given) in scenario.steps.enumerated() {
            var step = given
            if mayFailOtherwise { step.failure = nil }
            if early.contains(number) { step.leavesPending = false }
            let result = try machine.perform(step, number: number, isEarly: early.contains(number))
            lines += result.lines
            failures.append(result.failure)
            transitions.append(machine.state.transition)
            if (step.leavesPending && machine.isAboutToComplete) || result.isRace { races.append(number) }
        }
        self.races = races
        self.transitions = transitions
        self.generation = generation
        self.lines = lines
        self.failures = failures
        unloads = scenario.steps.enumerated().compactMap { number, step in
            if case .unload(let module) = step.action { Unload(module: module, step: number) } else { nil }
        }
        callsShadowAPI = scenario.steps.contains { if case .shadow = $0.action { true } else { false } }
        self.machine = machine
    }

    /// A step, counted from 0, and the module that it unloads.
    public struct Unload: Hashable, Sendable {
        /// The module.
        public let module: String
        /// The step.
        public let step: Int
    }
}

/// Why a step cannot be performed.
public struct SimulationError: Error, Hashable, Sendable {
    /// Where the step stands in its file.
    public let place: TextPlace?
    /// What is wrong, and what to do.
    public let problem: String

    /// One line: the file's name, place and problem.
    public func description(file: String) -> String {
        ManifestError(file: file, place: place, problem: problem).description
    }
}
