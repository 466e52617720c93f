import GoldenCases
import Laboratory
import Livepatch

/// The recorded runs of golden cases that a new one can be compared with.
struct KeptRuns: Sendable {
    /// The directory of the suites.
    let golden: String
    /// The series of the kernel: `6.1`.
    let series: String

    /// Whether the events are those of the runs that were recorded with the series before, whichever way they were; nil if
    /// there are none.
    func comparison(_ assignment: Assignment, _ verdict: Verdict) -> String? {
        guard verdict.outcome == .agrees || verdict.outcome == .differs else { return nil }
        let runs = GoldenCase(name: assignment.job.name, directory: "\(golden)/\(assignment.job.name)").runs
            .filter { $0.place.hasPrefix(series + ".") && $0.path.hasSuffix("dmesg.log") }
        let words = runs.compactMap { run -> String? in
            guard let check = try? Verdict.check(of: run.path, assignment) else { return nil }
            let isEqual = Self.kernelsOwn(check.logs.flatMap(\.check.events)) == Self.kernelsOwn(verdict.events)
            return "\(isEqual ? "same events as" : "other events than") runs/\(run.place)"
        }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    /// Without what tools say: insmod and modprobe have other words.
    private static func kernelsOwn(_ events: [Event]) -> [Event] {
        events.filter { $0.message != .loadError && $0.message != .harnessNote }.map(withoutPointers)
    }

    /// The kernel prints pointers as hashes that are others in each boot, modules as numbers that depend on which freed memory is
    /// used again; and klp_shadow_free_all destroys in the order of hashes. Which pointer is which, the prediction says.
    private static func withoutPointers(_ event: Event) -> Event {
        var event = event
        event.shadow?.changePointers { ShadowArguments.isNull($0) ? $0 : "pointer" }
        return event
    }
}
