import GoldenCases
import Livepatch
import Reports
import Scenarios
import Simulation
import Timeline

/// What a scenario predicts, taken as a log and edited.
struct PredictedLog {
    let scenario: Scenario
    var lines: [String]

    init(_ yaml: String) throws {
        scenario = try ScenarioFile.read(yaml, name: "scenario.yaml")
        lines = SimulatedLog(try Simulation(of: scenario, generation: .linux55)).text
            .split(separator: "\n").map(String.init)
    }

    /// What becomes of the log after an edit.
    func check(
        at beginning: Window.Beginning = .heading(nil),
        _ edit: (inout [String]) -> Void = { _ in }
    ) throws -> LogCheck {
        var lines = lines
        edit(&lines)
        let prediction = ScenarioPrediction(of: scenario, name: "scenario.yaml")
        var needles = prediction.needles
        if case .canary(let text) = beginning { needles.append(text) }
        let source = Source(
            text: lines.map { $0 + "\n" }.joined().utf8, name: "dmesg", index: 0, needles: needles)
        return try prediction.check(source, at: beginning, .linux55)
    }
}

extension [String] {
    /// Moves the first line with the first part behind the first line with the other.
    mutating func move(_ part: String, behind other: String) {
        guard let from = firstIndex(where: { $0.contains(part) }) else { return }
        let line = remove(at: from)
        guard let to = firstIndex(where: { $0.contains(other) }) else { return }
        insert(line, at: to + 1)
    }

    /// Changes the first line with the part.
    mutating func change(_ part: String, to new: String) {
        guard let place = firstIndex(where: { $0.contains(part) }) else { return }
        self[place] = self[place].replacing(part, with: new)
    }

    mutating func drop(_ part: String) {
        if let place = firstIndex(where: { $0.contains(part) }) { remove(at: place) }
    }
}

extension LogCheck {
    /// The predicted lines with the part.
    func statuses(_ part: String) -> [Status] { lines.filter { $0.predicted.text.contains(part) }.map(\.status) }

    /// How many lines became what.
    var counts: [String: Int] {
        Dictionary(grouping: lines) { line in
            switch line.status {
            case .matched: "matched"
            case .differs: "differs"
            case .missing: "missing"
            case .outOfOrder: "out of order"
            case .notShown: "not shown"
            }
        }.mapValues(\.count)
    }
}
