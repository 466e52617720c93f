import Livepatch
import Scenarios
import Simulation

/// Which generations make the same of a scenario.
public struct GenerationGroups {
    private let groups: [[Simulation]]

    /// - Parameter simulations: the scenario in each generation, in the order in which they are named.
    public init(of simulations: [Simulation]) {
        var groups: [[Simulation]] = []
        for simulation in simulations {
            if let place = groups.firstIndex(where: { $0[0].lines.map(\.text) == simulation.lines.map(\.text) }) {
                groups[place].append(simulation)
            } else {
                groups.append([simulation])
            }
        }
        self.groups = groups
    }

    /// A line for each group: how many lines the kernel prints, the steps that fail, and who prints them.
    public var text: String {
        groups.map { group in
            let count = Words.count(group[0].lines.count { !$0.isMarker }, "line")
            let failures = group[0].failures.enumerated().compactMap { step, errno in
                errno.map { "step \(step + 1): \($0.name)" }
            }
            let ending = failures.isEmpty ? "" : " (\(failures.joined(separator: ", ")))"
            return "\(count)\(ending): \(group.map(\.generation.rawValue).joined(separator: ", "))\n"
        }.joined()
    }
}
