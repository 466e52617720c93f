import Conformance
import KernelLog
import Livepatch
import Reconstruction
import ReferenceEngine
import Timeline

/// The report for people: findings first, then a summary of each boot, the verdict last on its own line.
public struct TextReport {
    private let report: Report
    private let paint: Paint

    /// Puts a `TextReport` together from its parts.
    public init(_ report: Report, paint: Paint = Paint(isOn: false)) {
        self.report = report
        self.paint = paint
    }

    /// The whole report.
    public var text: String {
        let isShown = { (boot: Analysis) in
            (report.counts(boot) && !isNothingButDamage(boot)) || !boot.findings.isEmpty
        }
        let shown = report.boots.filter(isShown)
        var lines = shown.flatMap(bootLines)
        let others = report.boots.filter { !isShown($0) }
        if shown.isEmpty, let only = others.first, others.count == 1, !only.observations.isEmpty {
            lines += bootLines(only)
        } else {
            lines += abridged(others.map { "\(name($0)): \(nothing($0))" } + unread)
        }
        if let verdict = report.verdict,
            shown.count > 1 || shown.first.map({ verdict != report.verdict(of: $0) }) == true
        {
            lines.append("all together: \(paint.bold(verdict.rawValue))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// True for a trace of which nothing of livepatch could be read: one line says why.
    private func isNothingButDamage(_ boot: Analysis) -> Bool {
        boot.isTraceAlone && !boot.hasLivepatchLines && boot.crash == nil
            && boot.boot.losses.allSatisfy { $0.evidence == .traceDamage }
    }

    private func nothing(_ boot: Analysis) -> String {
        boot.isTraceAlone ? boot.traces.first.map { TraceText.nothing($0.trace) } ?? "" : "no livepatch lines"
    }

    /// A directory may hold hundreds of files that say nothing of livepatch.
    private func abridged(_ lines: [String]) -> [String] {
        lines.count <= 6
            ? lines : lines.prefix(5) + ["and \(Words.count(lines.count - 5, "other file")) without livepatch lines"]
    }

    private func bootLines(_ boot: Analysis) -> [String] {
        let verdict = report.verdict(of: boot)
        let notes = boot.findings.filter { $0.severity == .note }
        let isCorrupt = boot.boot.sources.contains {
            report.sources.indices.contains($0) && report.sources[$0].isCorrupt
        }
        let findings = isCorrupt ? [] : boot.findings.filter { $0.severity != .note } + notes.prefix(3)
        let more = notes.count > 3 ? ["note: and \(Words.count(notes.count - 3, "similar note"))", ""] : []
        let shown = findings.prefix(Self.mostFindings)
        let rest = findings.count - shown.count
        let abridged = rest > 0 ? ["and \(Words.count(rest, "other finding")); --format jsonl lists all", ""] : []
        return shown.flatMap { findingLines($0, boot) } + abridged + more
            + ["\(paint.bold(name(boot))): \(colored(verdict))\(counts(boot))"]
            + SummaryText(report: report, boot: boot, paint: paint).lines().map { "  \($0)" } + [""]
    }

    /// A log that is broken altogether has thousands; nobody reads more than these.
    private static let mostFindings = 50

    private func counts(_ boot: Analysis) -> String {
        let errors = boot.findings.count { $0.severity == .error }
        let warnings = boot.findings.count { $0.severity == .warning }
        let operations = boot.operations.count { $0.operation != nil && !$0.isLost }
        let printed = boot.shadowUses.reduce(0) { $0 + $1.calls }
        let calls = printed > 0 ? printed : boot.tracedShadowUses.map(\.calls).max() ?? 0
        var parts = operations > 0 || calls == 0 ? [Words.count(operations, "operation")] : []
        if calls > 0 { parts.append(Words.count(calls, "call") + " about shadow variables") }
        if errors > 0 { parts.append(Words.count(errors, "error")) }
        if warnings > 0 { parts.append(Words.count(warnings, "warning")) }
        return " (\(parts.joined(separator: ", ")))"
    }

    private func colored(_ verdict: Verdict) -> String {
        switch verdict {
        case .conforms: paint.green(verdict.rawValue)
        case .inconclusive: paint.yellow(verdict.rawValue)
        case .violates: paint.red(verdict.rawValue)
        }
    }

    /// The file, and which boot of it.
    private func name(_ boot: Analysis) -> String {
        let names = boot.boot.sources.filter { report.sources.indices.contains($0) }.map { report.sources[$0].name }
        let shown = names.count > 3 ? [names[0], "\(names.count - 1) other files of the same boot"] : names
        let file = names.isEmpty ? "?" : Words.list(shown)
        let siblings = report.boots.filter { $0.boot.sources == boot.boot.sources }
        guard siblings.count > 1,
            let place = siblings.firstIndex(where: { $0.boot.entries == boot.boot.entries })
        else { return file }
        return "\(file), boot \(place + 1) of \(siblings.count)"
    }

    private func findingLines(_ finding: Finding, _ boot: Analysis) -> [String] {
        let words = FindingText(finding: finding, generations: boot.generations)
        let head = "\(finding.severity.rawValue)[\(finding.rule.rawValue)]"
        let painted =
            finding.severity == .error ? paint.red(head) : finding.severity == .warning ? paint.yellow(head) : head
        var lines = ["\(painted): \(paint.bold(words.title))"]
        if let place = finding.place {
            lines.append("  --> \(quote(place))")
            lines += place.witnesses.prefix(2).map { "  and \(quote($0))" }
        } else {
            lines.append("  --> the end of the log")
        }
        lines.append("   |")
        if let because = finding.because { lines.append("   = after \(quote(because))") }
        for reason in words.reasons { lines.append("   = \(reason.label) \(reason.text)") }
        lines.append("   = help: klp-verify explain \(finding.rule.rawValue)")
        return lines + [""]
    }

    private func quote(_ observation: Observation) -> String { quote(observation.record) }

    private func quote(_ record: LogRecord) -> String {
        let stamp = Words.stamp(record.time)
        return
            "\(Location.quoted(record.place, report.sources))  \(stamp)\(stamp.isEmpty ? "" : "  ")\(record.message)"
    }

    /// Sources that gave no boot, and why.
    private var unread: [String] {
        report.sources.enumerated().compactMap { index, source in
            let gaveBoot = report.boots.contains { $0.boot.sources.contains(index) }
            guard !gaveBoot, source.error == nil, let summary = source.summary else { return nil }
            switch summary.format {
            case .trace: return "\(source.name): a trace that could not be read"
            case .binary: return "\(source.name): binary data, not a log"
            case _ where summary.lines == 0: return "\(source.name): empty"
            default:
                return
                    "\(source.name): no livepatch lines (\(Words.count(summary.lines, "line")), \(summary.format.name))"
            }
        }
    }
}
