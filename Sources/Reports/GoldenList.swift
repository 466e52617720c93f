import GoldenCases
import Livepatch
import Scenarios

/// The list of golden cases.
public enum GoldenList {
    /// One case: its name, what it shows, for which generations and with which runs.
    public static func text(_ golden: GoldenCase, _ scenario: Scenario) -> String {
        let generations = scenario.generations.map(\.rawValue).joined(separator: " ")
        let runs = Set(golden.runs.map(\.place)).sorted().joined(separator: " ")
        return "\(golden.name)\n    \(scenario.summary)\n    \(generations)\(runs.isEmpty ? "" : "; runs: \(runs)")\n"
    }
}
