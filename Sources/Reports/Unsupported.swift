import Livepatch
import Scenarios
import Simulation

/// What a scenario has that a kernel does not know.
public enum Unsupported {
    /// One sentence, or none.
    public static func notes(_ scenario: Scenario, _ generation: Generation) -> [String] {
        let features = scenario.unsupported(in: generation)
        guard !features.isEmpty else { return [] }
        let name = generation.rawValue
        return ["\(name) has no \(Words.list(features)); predicted as if the livepatches did not have it"]
    }
}
