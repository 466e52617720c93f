import Livepatch
import Scenarios
import Simulation

/// What the steps of a scenario may leave, whether transitions that nothing holds up complete before the next step or after it.
struct Aftermath {
    /// True if each step ends alike, with the same error or none, however quick the kernel is.
    let alwaysEndsAlike: Bool
    /// True if nothing is left, however quick the kernel is, and no force was carried out.
    let isClean: Bool

    /// So many races are tried both ways.
    private static let racesMaximum = 8

    /// Nil if the steps cannot be performed.
    init?(of scenario: Scenario, in generation: Generation) {
        guard let simulation = try? Simulation(of: scenario, generation: generation) else { return nil }
        let others = Self.others(simulation, scenario)
        alwaysEndsAlike = others?.allSatisfy { $0.failures == simulation.failures } == true
        let hasForced = zip(scenario.steps, simulation.failures).contains { step, failure in
            if case .force = step.action { failure == nil } else { false }
        }
        isClean =
            !hasForced && simulation.machine.isAsBooted && others?.allSatisfy { $0.machine.isAsBooted } == true
    }

    init?(of rehearsal: Rehearsal) {
        let scenario = Scenario(
            summary: "", generations: [rehearsal.generation], manifest: rehearsal.manifest, steps: rehearsal.steps)
        self.init(of: scenario, in: rehearsal.generation)
    }

    /// What else may happen; nil if a step makes no sense then, or if there are too many races to tell.
    private static func others(_ simulation: Simulation, _ scenario: Scenario) -> [Simulation]? {
        guard simulation.races.count <= racesMaximum else { return nil }
        var result: [Simulation] = []
        for choice in (0..<(1 << simulation.races.count)).dropFirst() {
            let early = simulation.races.enumerated().filter { choice >> $0.offset & 1 == 1 }.map(\.element)
            let other = try? Simulation(
                of: scenario, generation: simulation.generation, early: Set(early), mayFailOtherwise: true)
            guard let other else { return nil }
            result.append(other)
        }
        return result
    }
}

extension Scenario {
    /// True if a kernel on which the scenario was performed is as it was before, so that another can be performed on it. A force
    /// that was carried out always leaves something: tasks that may run old code, and modules that cannot be removed.
    public func leavesNothingBehind(in generation: Generation = .linux55) -> Bool {
        Aftermath(of: self, in: generation)?.isClean == true
    }
}
