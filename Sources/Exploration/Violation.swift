import Livepatch
import Scenarios

/// A way to break an invariant; no other is shorter.
public struct Violation: Sendable {
    /// The invariant.
    public let invariant: Invariant
    /// What the last step breaks.
    public let problem: String
    /// The steps that lead there.
    public let steps: [ScenarioStep]
    /// How many steps were found that break it.
    public internal(set) var count = 1

    /// The steps as a scenario, which shows what is broken when it is performed.
    public func scenario(of subject: Subject) -> Scenario {
        Scenario(
            summary: "\(invariant.name) is broken in \(subject.generation.rawValue): \(problem).",
            generations: [subject.generation], manifest: subject.scenario.manifest, steps: steps)
    }
}
