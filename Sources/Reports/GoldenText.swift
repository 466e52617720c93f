import Conformance
import GoldenCases
import Livepatch
import Reconstruction

/// What became of golden cases, for people.
public struct GoldenText {
    private let checks: [CaseCheck]
    private let isVerbose: Bool
    private let showsDiff: Bool
    private let root: String
    private let paint: Paint

    /// - Parameters:
    ///   - checks: the cases.
    ///   - isVerbose: every predicted line is listed with what became of it.
    ///   - showsDiff: predictions and logs that differ are shown as a unified diff.
    ///   - root: the directory of the suites, as the user gave it.
    ///   - paint: colours.
    public init(_ checks: [CaseCheck], isVerbose: Bool, showsDiff: Bool, root: String, paint: Paint) {
        self.checks = checks
        self.isVerbose = isVerbose
        self.showsDiff = showsDiff
        self.root = root
        self.paint = paint
    }

    /// The report, and its last line: how many cases hold.
    public var text: String { checks.map(text(of:)).joined() + total }

    /// Only the cases that do not hold; empty if all do.
    public var failures: String { checks.filter { $0.outcome != .passed }.map(text(of:)).joined() }

    /// What there is to say of each case, without its name.
    var details: String { checks.map(details).joined() }

    private var total: String {
        let passed = checks.count { $0.outcome == .passed }
        let failed = checks.count { $0.outcome == .failed }
        let open = checks.count { $0.outcome == .inconclusive }
        let parts = [
            "\(passed) ok", failed > 0 ? "\(failed) failed" : nil, open > 0 ? "\(open) inconclusive" : nil,
        ].compactMap { $0 }
        return "\(Words.count(checks.count, "case")): \(parts.joined(separator: ", "))\n"
    }

    private func text(of check: CaseCheck) -> String {
        switch check.outcome {
        case .passed where !isVerbose:
            let notes = check.logs.flatMap { self.notes($0.check) }
            return "\(paint.green("ok")) \(check.golden.name)\n" + notes.map { "  note: \($0)\n" }.joined()
        case .passed: return "\(paint.green("ok")) \(check.golden.name)\n" + details(check)
        case .failed: return "\(paint.red("FAILED")) \(check.golden.name)\n" + details(check)
        case .inconclusive: return "\(paint.yellow("inconclusive")) \(check.golden.name)\n" + details(check)
        }
    }

    private func details(_ check: CaseCheck) -> String {
        let expected = check.expected.filter { !$0.isCurrent }
        let logs = check.logs.filter { isVerbose || $0.check.outcome != .passed }
        return expected.map { text(of: $0) }.joined()
            + (expected.isEmpty ? "" : "  accept:      klp-verify golden accept \(check.golden.name)\(option)\n")
            + logs.map { text(of: $0, check) }.joined()
    }

    private func text(of expected: CaseCheck.Expected) -> String {
        let problem =
            if expected.kept == nil { "is missing" } else if expected.predicted == nil {
                "is kept for a generation that the scenario does not name"
            } else { "is not what the engine predicts today" }
        let diff = UnifiedDiff(
            expected.kept?.lines, expected.predicted?.lines, names: (expected.path, "predicted today"))
        let hint = showsDiff ? diff.text.indented : ""
        return "  \(expected.path) \(problem)\n" + hint
    }

    private func text(of log: CaseCheck.Log, _ check: CaseCheck) -> String {
        let name = log.path == "-" ? "standard input" : log.path
        var lines = ["  \(name): \(GoldenWords.summary(log.check))"]
        lines += isVerbose ? log.check.lines.map(line) : log.check.problems.flatMap(problem)
        lines += log.check.unexpected.map { "    unexpected    \(GoldenWords.place($0))" }
        lines += log.check.findings.map { finding in
            let place = finding.place.map { GoldenWords.place($0) } ?? "the log"
            return "    \(finding.rule.rawValue)      \(place)\n"
                + "                  \(FindingText(finding: finding, generations: []).title)"
        }
        lines += notes(log.check).map { "    note          \($0)" }
        if log.check.outcome != .passed { lines += commands(log, check) }
        let diff = showsDiff && log.check.outcome != .passed ? GoldenWords.diff(log.check, name).indented : ""
        return lines.map { $0 + "\n" }.joined() + diff
    }

    /// Every line with what became of it.
    private func line(_ line: LogCheck.Line) -> String {
        switch line.status {
        case .matched(let seen): "    \("line \(seen.record.place.line)".padded(to: 13)) \(line.predicted.text)"
        case .notShown: "    not shown     \(line.predicted.text)"
        default: problem(line).joined(separator: "\n")
        }
    }

    private func problem(_ line: LogCheck.Line) -> [String] {
        let label: String
        var more: [String] = []
        switch line.status {
        case .missing(let nearest):
            label = "missing"
            if let after = line.after { more.append("after \(GoldenWords.place(after))") }
            if let nearest { more.append("nearest is \(GoldenWords.place(nearest))") }
        case .outOfOrder(let seen):
            label = "out of order"
            more.append("stands in \(GoldenWords.place(seen))")
            if let after = line.after { more.append("belongs behind \(GoldenWords.place(after))") }
        case .differs(let seen):
            label = "differs"
            more.append("from \(GoldenWords.place(seen))")
        case .matched, .notShown: return []
        }
        return ["    \(label.padded(to: 13)) \(line.predicted.text)"] + more.map { "                  \($0)" }
    }

    private func notes(_ check: LogCheck) -> [String] {
        var notes: [String] = []
        if check.lacksDebugLines { notes.append("debug lines that the log does not show were not checked") }
        notes += check.early.map { "the transition was complete before step \($0 + 2) of the scenario, which is legal" }
        notes += check.tolerated.map { "not predicted, and legal there: \(GoldenWords.place($0))" }
        notes += check.warnings.map { warning in
            let place = warning.place.map { ": \(GoldenWords.place($0))" } ?? ""
            return "\(FindingText(finding: warning, generations: []).title)\(place)"
        }
        notes += check.unknown.map { "unknown, not judged: \(GoldenWords.place($0))" }
        return notes
    }

    private func commands(_ log: CaseCheck.Log, _ check: CaseCheck) -> [String] {
        let isRun = check.golden.runs.contains { $0.path == log.path }
        let given = isRun ? "" : " --log \(log.path)"
        var lines: [String] = []
        if !showsDiff {
            lines.append("look closer:  klp-verify golden check \(check.golden.name)\(option)\(given) --diff")
        }
        if log.path != "-" {
            lines.append("every rule:   klp-verify --manifest \(check.golden.scenarioPath) \(log.path)")
        }
        return lines.map { "    " + $0 }
    }

    private var option: String { root == GoldenText.defaultRoot ? "" : " --golden \(root)" }

    /// Where the suites are unless the user says otherwise.
    public static let defaultRoot = "Golden"

    /// What accepting changed: new files by name, others as a unified diff; one sentence if nothing.
    public static func accepted(_ changed: [CaseCheck.Expected]) -> String {
        guard !changed.isEmpty else { return "nothing to accept: every prediction is current\n" }
        return changed.map { file in
            guard let kept = file.kept else {
                return "new: \(file.path), \(Words.count(file.predicted?.lines.count ?? 0, "line"))\n"
            }
            return UnifiedDiff(kept.lines, file.predicted?.lines, names: (file.path, file.path)).text
        }.joined()
    }
}

extension String {
    var lines: [String] {
        var lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }
    fileprivate var indented: String { lines.map { "    \($0)\n" }.joined() }
}
