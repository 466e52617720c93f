import Conformance
import KernelLog
import Livepatch
import Reconstruction
import Timeline

/// How the sources were read, for people.
public struct InspectReport {
    private let sources: [Source]
    private let traces: [Int: TraceInspection]
    private let boots: [Analysis]
    private let listsEvents: Bool

    /// Puts an `InspectReport` together from its parts.
    ///
    /// - Parameter traces: what those of the sources hold that are traces, by their places among the sources.
    public init(
        sources: [Source], traces: [Int: TraceInspection] = [:], boots: [Analysis], listsEvents: Bool = false
    ) {
        self.sources = sources
        self.traces = traces
        self.boots = boots
        self.listsEvents = listsEvents
    }

    /// The whole report.
    public var text: String {
        (sources.enumerated().flatMap { traces[$0.offset]?.lines ?? sourceLines($0.element) }
            + boots.enumerated().flatMap { bootLines($0.element, $0.offset + 1) })
            .joined(separator: "\n") + "\n"
    }

    private func sourceLines(_ source: Source) -> [String] {
        guard let summary = source.summary else { return ["\(source.name): not read"] }
        var lines = [
            "\(source.name): \(summary.format.name) (\(summary.choice == .forced ? "as told" : "detected"))",
            "  lines: \(summary.lines); records looked at: \(summary.recordsSeen), with a sign of livepatch: \(summary.recordsDelivered)",
        ]
        let clocks = summary.clocks.map(clock).sorted()
        lines.append("  stamps: \(clocks.isEmpty ? "none" : clocks.joined(separator: ", "))")
        if let first = summary.firstSequence {
            lines.append("  first sequence number: \(first)\(first > 0 ? " (the head of the boot is not here)" : "")")
        }
        let skipped = summary.skipped.sorted { $0.key.rawValue < $1.key.rawValue }
        if !skipped.isEmpty {
            lines.append("  skipped: \(skipped.map { "\($0.value) \($0.key.rawValue)" }.joined(separator: ", "))")
        }
        for problem in summary.problems.prefix(5) {
            lines.append(
                "  problem: \(words(problem.kind)) at line \(problem.place.line), byte \(problem.place.offset)")
        }
        if summary.problemCount > 5 { lines.append("  problem: and \(summary.problemCount - 5) more") }
        if let error = source.error { lines.append("  stopped: \(error.description)") }
        return lines
    }

    private func bootLines(_ boot: Analysis, _ number: Int) -> [String] {
        let names = boot.boot.sources.filter { sources.indices.contains($0) }.map { sources[$0].name }
        var lines = ["boot \(number) (\(Words.list(names))): \(boot.boot.kernelRelease ?? "kernel not named")"]
        if let first = boot.boot.entries.first?.record, let last = boot.boot.entries.last?.record {
            lines.append(
                "  from line \(first.place.line) \(Words.stamp(first.time)) to line \(last.place.line) \(Words.stamp(last.time))"
            )
        }
        lines.append("  generations: \(boot.evidence.possible.map(\.rawValue).joined(separator: ", "))")
        for witness in boot.evidence.witnesses {
            lines.append(
                "    narrowed by line \(witness.observation.record.place.line): \(witness.observation.record.message)")
        }
        if boot.evidence.isNarrowedByBanner { lines.append("    narrowed by the banner") }
        lines.append("  debug lines: \(boot.showsDebugLines ? "seen" : "none")")
        var counts: [Livepatch.MessageID: Int] = [:]
        for observation in boot.observations { counts[observation.event.message, default: 0] += 1 }
        let known = counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
        lines.append("  recognised: \(known.isEmpty ? "nothing" : known.joined(separator: ", "))")
        for loss in boot.boot.losses.prefix(20) {
            lines.append("  lost: \(loss.count.map(String.init) ?? "some") before line \(loss.place.line)")
        }
        let gaps = boot.observations.filter { $0.gap != nil }
        for observation in gaps.prefix(20) {
            lines.append("  gap before line \(observation.record.place.line): \(words(observation.gap))")
        }
        if listsEvents {
            lines += boot.observations.map {
                "  \(Words.padded("\($0.record.place.line)", 6))  \(Words.stamp($0.record.time))  \($0.event.message.rawValue)  \($0.record.message)"
            }
        }
        return lines
    }

    private func words(_ gap: Gap?) -> String {
        switch gap {
        case .loss: "records are lost"
        case .seam(let seam): seam.rawValue
        case nil: ""
        }
    }

    private func clock(_ clock: LogTime.Clock) -> String {
        switch clock {
        case .boot: "seconds since boot"
        case .calendar: "dates"
        case .midnight: "times of day"
        case .previous: "differences"
        }
    }

    private func words(_ kind: ReadProblem.Kind) -> String {
        switch kind {
        case .truncatedJSON: "the source ends within a JSON document"
        case .malformedJSON: "an object that is no JSON"
        case .malformedRecord: "a line that is no record of this format"
        case .missingFragment: "a record of which fragments are missing"
        case .truncatedLine: "a line too long to be kept whole"
        case .truncatedField: "the source ends within a field"
        }
    }
}
