import Exploration
import Livepatch
import Scenarios

/// What `klp-verify explore` found, for people.
public struct ExplorationText {
    private let exploration: Exploration
    private let files: [String]

    /// Puts a report together.
    ///
    /// - Parameters:
    ///   - exploration: what was explored.
    ///   - files: where the scenarios were written to, in the order of the violations; empty if they are to be shown.
    public init(_ exploration: Exploration, files: [String] = []) {
        self.exploration = exploration
        self.files = files
    }

    /// The whole report; the same for the same scenario.
    public var text: String {
        let broken = exploration.violations.enumerated().map { violation($1, file: files.dropFirst($0).first) }
        return (broken + [summary]).joined(separator: "\n")
    }

    private func violation(_ violation: Violation, file: String?) -> String {
        let scenario = violation.scenario(of: exploration.subject).yaml()
        let count = violation.steps.count
        var lines = ["broken: \(violation.invariant.name) in \(exploration.subject.generation.rawValue)"]
        lines += paragraph(violation.invariant.statement) + [""]
        lines += paragraph("Step \(count): \(violation.problem).") + [""]
        if let file {
            let all = scenario.split(separator: "\n").map(String.init)
            lines += ["  The shortest way is \(Words.count(count, "step")) (\(file)):"]
            lines += indented(Array(all.drop { $0 != "steps:" }.dropFirst()), by: 2)
        } else {
            lines += [
                "  The shortest way is \(Words.count(count, "step")); as a scenario for 'klp-verify simulate':", "",
            ]
            lines += indented(scenario.split(separator: "\n").map(String.init), by: 4)
        }
        return (lines + ["", "  klp-verify explain \(violation.invariant.name)", ""]).joined(separator: "\n")
    }

    private var summary: String {
        let broken = Dictionary(uniqueKeysWithValues: exploration.violations.map { ($0.invariant.name, $0.count) })
        let width = exploration.invariants.map(\.name.count).max() ?? 0
        var lines = exploration.invariants.map { invariant in
            let name = invariant.name.padded(to: width)
            return broken[invariant.name].map { "\(name)  broken by \(Words.count($0, "step"))" } ?? "\(name)  holds"
        }
        let operations = Words.count(exploration.subject.actions.count, "operation")
        lines.append("\(exploration.subject.generation.rawValue), \(operations): \(covered)")
        return lines.map { $0 + "\n" }.joined()
    }

    private var covered: String {
        let progress = exploration.progress
        let states = Self.grouped(progress.states)
        let steps = Words.count(progress.depth, "step")
        return switch progress.end {
        case .everything?: "all \(states) states that there are, at most \(steps) away"
        case .depth?: "all \(states) states that \(steps) lead to"
        case .states?: "stopped at \(states) states (--states); all that \(steps) lead to are among them"
        case .stopped?, nil: "stopped by a signal at \(states) states; all that \(steps) lead to are among them"
        }
    }

    /// How far an exploration is, for a line that is written again and again.
    public static func progress(_ progress: Exploration.Progress, seconds: Double) -> String {
        "\(grouped(progress.states)) states, \(Words.count(progress.depth, "step")) away, \(speed(progress.steps, progress.states, seconds))"
    }

    /// How fast it was.
    public static func speed(of progress: Exploration.Progress, seconds: Double) -> String {
        "\(grouped(progress.steps)) steps, \(speed(progress.steps, progress.states, seconds))"
    }

    /// What a plain search found beside the exploration.
    public static func comparison(_ exploration: Exploration, with naive: NaiveSearch) -> String {
        guard !naive.isStopped else { return "naive search: stopped by a signal; nothing is compared\n" }
        return naive.agrees(with: exploration)
            ? "naive search: the same \(grouped(naive.states)) states\n"
            : "naive search: \(grouped(naive.states)) states, which are not the same: an error of klp-verify\n"
    }

    /// How fast a plain search was, and how much faster the exploration.
    public static func speed(of naive: NaiveSearch, seconds: Double, beside other: Double) -> String {
        let factor = Int((seconds / max(other, 0.000_001)).rounded())
        return "naive search: \(grouped(naive.steps)) steps, \(speed(naive.steps, naive.states, seconds)); "
            + "it takes \(grouped(factor)) times as long"
    }

    private static func speed(_ steps: Int, _ states: Int, _ seconds: Double) -> String {
        let rate = { (count: Int) in grouped(seconds > 0 ? Int(Double(count) / seconds) : 0) }
        return "\(hundredths(seconds)) s: \(rate(steps)) steps/s, \(rate(states)) states/s"
    }

    /// `1,234,567`.
    private static func grouped(_ number: Int) -> String {
        number < 1000
            ? "\(number)" : grouped(number / 1000) + "," + String(String(number % 1000 + 1000).dropFirst())
    }

    /// `0.05`.
    private static func hundredths(_ value: Double) -> String {
        let number = Int((value * 100).rounded())
        return "\(number / 100)." + Words.twoDigits(Int64(number % 100))
    }

    private func paragraph(_ text: String) -> [String] {
        indented(RuleText.wrapped(text).split(separator: "\n").map(String.init), by: 2)
    }

    private func indented(_ lines: [String], by count: Int) -> [String] {
        lines.map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }
    }
}
