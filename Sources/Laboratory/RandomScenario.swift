import Livepatch
import Scenarios
import Simulation

/// A scenario by chance, which a real kernel can perform: one to three livepatches, up to two target modules, and some steps.
///
///     RandomScenario(seed: 42, number: 17).scenario.yaml()
///
/// The same seed and number give the same scenario on every machine. Most steps do something, some are refused, and at the end
/// what can be undone is undone. Only functions that the lab can patch occur; see `PatchableFunction`.
public struct RandomScenario: Hashable, Sendable {
    /// The scenario.
    public let scenario: Scenario
    /// True if the kernel is then as it was before, so that another scenario can be performed on it.
    public let leavesNothingBehind: Bool

    /// What may occur.
    public struct Options: Hashable, Sendable {
        /// The least and the most steps; those that clean up are counted, and may be more.
        public var steps: ClosedRange<Int>
        /// True if a transition may be forced, in few scenarios; the kernel cannot be used again then.
        public var allowsForce: Bool
        /// True if a step may wait until the kernel signals tasks by itself, which takes 15 seconds.
        public var allowsSignal: Bool

        /// Puts `Options` together from its parts.
        public init(steps: ClosedRange<Int> = 4...10, allowsForce: Bool = true, allowsSignal: Bool = false) {
            self.steps = steps
            self.allowsForce = allowsForce
            self.allowsSignal = allowsSignal
        }
    }

    /// The scenario of that number and seed, for kernels of the generation.
    public init(seed: UInt64, number: Int, generation: Generation = .linux55, options: Options = Options()) {
        var numbers = RandomNumbers(seed: seed, number: number)
        let made = RandomManifest(&numbers, generation)
        let count = max(numbers.within(options.steps), numbers.within(options.steps))
        var steps = RandomSteps(on: made, generation, options, numbers)
        steps.goOn(to: count)
        steps.cleanUp()
        let scenario = Scenario(
            summary: "Random scenario \(number) of seed \(seed).", generations: [generation], manifest: made.manifest,
            steps: [])
        self.scenario = steps.rehearsal.scenario(like: scenario).withoutUnused
        leavesNothingBehind = self.scenario.leavesNothingBehind(in: generation)
    }
}

extension Scenario {
    /// True if a kernel on which the scenario was performed is as it was before, so that another can be performed on it. A force
    /// that was carried out always leaves something: tasks that may run old code, and modules that cannot be removed.
    public func leavesNothingBehind(in generation: Generation) -> Bool {
        guard let simulation = try? Simulation(of: self, generation: generation) else { return false }
        let hasForced = simulation.lines.contains { $0.event?.message == .forcing }
        return simulation.machine.isAsBooted && !hasForced
    }
}
