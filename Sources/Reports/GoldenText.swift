import Conformance
import GoldenCases
import Livepatch
import Reconstruction

/// What became of golden cases, for people.
public struct GoldenText {
    private let checks: [CaseCheck]
    private let isVerbose: Bool
    private let showsDiff: Bool
    private let options: GoldenOptions
    private let paint: Paint

    /// - Parameters:
    ///   - checks: the cases.
    ///   - isVerbose: every predicted line is listed with what became of it.
    ///   - showsDiff: predictions and logs that differ are shown as a unified diff.
    ///   - options: how the cases were asked for.
    ///   - paint: colours.
    public init(_ checks: [CaseCheck], isVerbose: Bool, showsDiff: Bool, options: GoldenOptions, paint: Paint) {
        self.checks = checks
        self.isVerbose = isVerbose
        self.showsDiff = showsDiff
        self.options = options
        self.paint = paint
    }

    /// The report, and its last line: how many cases hold.
    public var text: String { checks.map(text(of:)).joined() + total }

    /// Only the cases of which there is something to say; empty if all hold without a remark.
    public var remarks: String {
        checks.filter { check in check.outcome != .passed || check.logs.contains { !notes($0.check).isEmpty } }
            .map(text(of:)).joined()
    }

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
            + (expected.isEmpty ? "" : proposals(check.golden.name))
            + logs.map { text(of: $0, check) }.joined()
    }

    /// What to type after a change of the engine or the scenario.
    private func proposals(_ name: String) -> String {
        (showsDiff ? "" : "  what changes: \(options.check(name)) --diff\n")
            + "  if it is right: \(options.accept(name))\n"
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
        lines += log.check.crash.map { ["    crash         \(GoldenWords.place($0))"] } ?? []
        guard log.check.isCompared else { return (lines + commands(log, check)).map { $0 + "\n" }.joined() }
        lines += isVerbose ? log.check.lines.map(line) : problems(log.check.problems)
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

    /// Lines that are missing one behind the other have their place said once.
    private func problems(_ lines: [LogCheck.Line]) -> [String] {
        var last: Observation?
        return lines.flatMap { line -> [String] in
            let isSamePlace = line.after != nil && line.after == last
            last = line.after
            return problem(line, saysPlace: !isSamePlace)
        }
    }

    private func problem(_ line: LogCheck.Line, saysPlace: Bool = true) -> [String] {
        let label: String
        var more: [String] = []
        switch line.status {
        case .missing(let nearest):
            label = "missing"
            if let after = line.after, saysPlace { more.append("after \(GoldenWords.place(after))") }
            if let nearest { more.append("nearest is \(GoldenWords.place(nearest))") }
        case .outOfOrder(let seen):
            label = "out of order"
            more.append("is \(GoldenWords.place(seen))")
            if let after = line.after { more.append("belongs after \(GoldenWords.place(after))") }
        case .differs(let seen):
            label = "differs"
            more.append("instead of that \(GoldenWords.place(seen))")
        case .matched, .notShown: return []
        }
        return ["    \(label.padded(to: 13)) \(line.predicted.text)"] + more.map { "                  \($0)" }
    }

    /// So many unknown lines are shown; the others are counted.
    private static let unknownMaximum = 3

    private func notes(_ check: LogCheck) -> [String] {
        var notes: [String] = []
        if let newer = check.newerNotFitting {
            notes.append(
                "as \(check.generation.rawValue) prints it, not as \(newer.rawValue); --generation says which kernel it was"
            )
        }
        if check.lacksDebugLines { notes.append("debug lines that the log does not show were not checked") }
        notes += check.early.map { "the transition was complete before step \($0 + 2) of the scenario, which is legal" }
        notes += check.tolerated.map { "not predicted, and legal there: \(GoldenWords.place($0))" }
        notes += check.warnings.map { warning in
            let place = warning.place.map { ": \(GoldenWords.place($0))" } ?? ""
            return "\(FindingText(finding: warning, generations: []).title)\(place)"
        }
        notes += check.unknown.prefix(Self.unknownMaximum).map { "unknown, not judged: \(GoldenWords.place($0))" }
        let more = check.unknown.count - Self.unknownMaximum
        if more > 0 { notes.append("unknown, not judged: \(Words.count(more, "more line"))") }
        return notes
    }

    /// What to type next.
    private func commands(_ log: CaseCheck.Log, _ check: CaseCheck) -> [String] {
        guard log.check.isCompared else {
            return log.path == "-" ? [] : ["    what was read: klp-verify inspect \(GoldenOptions.quoted(log.path))"]
        }
        var lines: [String] = []
        if !showsDiff { lines.append("as a diff:    \(options.check(check.golden.name)) --diff") }
        if log.path != "-" {
            let files = [check.golden.scenarioPath, log.path].map(GoldenOptions.quoted)
            lines.append("by the rules: klp-verify --manifest \(files.joined(separator: " "))")
        }
        return lines.map { "    " + $0 }
    }

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

extension LogCheck {
    /// True unless there was nothing that could be held against the prediction.
    fileprivate var isCompared: Bool {
        switch outcome {
        case .inconclusive(.windowLost), .inconclusive(.nothingSeen), .inconclusive(.notDone): false
        default: true
        }
    }
}

extension String {
    var lines: [String] {
        // "\r\n" is one Character; splitting bytes keeps lines apart whatever ends them.
        var lines = utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        if lines.last == "" { lines.removeLast() }
        return lines
    }
    fileprivate var indented: String { lines.map { "    \($0)\n" }.joined() }
}
