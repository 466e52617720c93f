import Conformance
import Foundation
import Livepatch
import LivepatchTrace
import TestSupport
import Testing

/// Traces of which something is missing: probes that nobody set, a beginning, an end, events that were lost. What is missing proves
/// nothing.
struct PartialTraceTests {
    /// The function of a probe's event, or the event's name.
    private static func name(_ line: Substring) -> String {
        let parts = line.split(separator: ": ", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count > 1 ? String(parts[1]) : ""
    }

    /// A trace without some of its events, and cut at both ends.
    private static func part(of trace: [Substring], using random: inout SeededGenerator) -> (
        lines: [Substring], missing: [String]
    ) {
        let names = Set(trace.map(name)).sorted()
        let missing = names.filter { $0.hasPrefix("klp_") || $0.hasPrefix("demo_") || $0.hasPrefix("module_") }
            .filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
        var lines = trace.filter { !missing.contains(name($0)) }
        if Bool.random(using: &random) { lines.removeFirst(Int.random(in: 0...lines.count, using: &random)) }
        if Bool.random(using: &random) { lines.removeLast(Int.random(in: 0...lines.count, using: &random)) }
        if Bool.random(using: &random), !lines.isEmpty {
            // The kernel had no room for some events, and says so.
            let start = Int.random(in: 0..<lines.count, using: &random)
            let count = Int.random(in: 1...min(60, lines.count - start), using: &random)
            lines.replaceSubrange(start..<start + count, with: ["CPU:0 [LOST \(count) EVENTS]"])
        }
        return (lines, missing)
    }

    private static let recordings = Recording.withEvents.filter { $0.name != "test-callbacks" }

    private static let rounds = Int(ProcessInfo.processInfo.environment["KLP_PARTIAL_TRACES"] ?? "") ?? 4

    @Test(arguments: recordings) func noPartOfALegalTraceViolates(_ recording: Recording) throws {
        let seed = ProcessInfo.processInfo.environment["KLP_SEED"].flatMap(UInt64.init) ?? .random(in: 0...999_999)
        var random = SeededGenerator(seed: seed)
        let path = "\(Recording.directory)/\(recording.name)/trace-events.txt.zst"
        let whole = try String(decoding: contentOfFile(path), as: UTF8.self).split(separator: "\n")
        for round in 0..<Self.rounds {
            let hasLines = round % 2 == 0
            let (lines, missing) = Self.part(
                of: hasLines ? whole : whole.filter { !$0.contains(" console: ") }, using: &random)
            let trace = "# tracer: nop\n#\n" + lines.joined(separator: "\n") + "\n"
            for log in [nil, try recording.log()] {
                for evidence in try evidence(log: log, traces: [Array(trace.utf8)]) {
                    let errors = Analysis(of: evidence).findings.filter { $0.severity == .error }.map(\.rule)
                    if !errors.isEmpty, let path = ProcessInfo.processInfo.environment["KLP_KEEP"] {
                        let name = "\(recording.name)-\(seed)-\(round)\(log == nil ? "" : "-log").txt"
                        try trace.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
                    }
                    #expect(
                        errors.isEmpty,
                        "seed \(seed), round \(round), log \(log != nil), \(lines.count) lines, without \(missing)"
                    )
                }
            }
        }
    }
}
