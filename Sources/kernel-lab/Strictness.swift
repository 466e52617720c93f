import GoldenCases
import KernelLog
import Livepatch

/// What a check of any log excuses, and the lab does not: it saw to it that debug lines are printed and that a task holds back what
/// has to stay pending, and nothing else runs in the guest that the kernel could complain of.
struct Strictness {
    /// Where the log is not as predicted nonetheless: a sentence each.
    let differences: [String]

    /// - Parameters:
    ///   - check: the comparison.
    ///   - log: the whole log.
    ///   - losses: where the records of /dev/kmsg have gaps.
    ///   - isClean: true if the guest was as before when it had cleaned up.
    ///   - mustBeClean: true if the engine says that nothing is left behind.
    init(_ check: CaseCheck, log: String, losses: [Loss], isClean: Bool, mustBeClean: Bool) {
        let checks = check.logs.map(\.check)
        var sentences: [String] = []
        for step in checks.flatMap(\.early) {
            sentences.append("after step \(step + 1) the transition completed although a task held it back")
        }
        for line in checks.flatMap(\.lines) where line.status == .notShown {
            sentences.append("missing, although debug lines were switched on: \(line.predicted.text)")
        }
        for record in checks.flatMap(\.unknown) { sentences.append("no catalogue has this line: \(record.message)") }
        let complaints = log.split(separator: "\n").filter { $0.contains("WARNING: ") || $0.contains("BUG: ") }
        let ofShadowVariables = complaints.filter(Self.isOfShadowVariables)
        let expected = checks.map(Self.expectedComplaints).reduce(0, +)
        for line in ofShadowVariables.dropFirst(expected) + complaints.filter({ !Self.isOfShadowVariables($0) }) {
            sentences.append("the kernel complains: \(line)")
        }
        for loss in losses {
            sentences.append(
                "kmsg.raw lacks \(loss.count.map(String.init) ?? "some") of the records before line \(loss.place.line)")
        }
        if mustBeClean, !isClean {
            sentences.append("something of the scenario is left in the guest and cannot be removed: see clean.log")
        }
        differences = sentences
    }

    private static func isOfShadowVariables(_ line: Substring) -> Bool { line.contains(" kernel/livepatch/shadow.c:") }

    /// A variable that exists is allocated again: the kernel warns of its user (klp_shadow_alloc).
    private static func expectedComplaints(_ check: LogCheck) -> Int {
        check.simulation.lines.count { $0.event?.message == .shadowDuplicate }
    }
}
