import Laboratory

/// Says what comes of each scenario as it ends, and counts.
actor Tally {
    private let total: Int
    private let version: String
    private var counts: [Verdict.Outcome: Int] = [:]
    private var done = 0
    /// So many agreed when they were tried once more, after a kernel had died with them.
    private var crashedBefore = 0

    init(total: Int, version: String) {
        self.total = total
        self.version = version
    }

    /// True if everything is as predicted, and no guest's kernel died on the way.
    ///
    /// - Throws: `LabError` if some scenarios could not be performed at all.
    func isGood() throws(LabError) -> Bool {
        if let count = counts[.failed] {
            throw LabError(
                "\(count) of \(total) scenarios could not be performed in kernel \(version)",
                advice: "What failed, and what to do, stands with each of them above.")
        }
        guard total > 0, done == total else {
            throw LabError(
                "\(done) of \(total) scenarios were performed in kernel \(version)",
                advice: "Name scenarios that this kernel can perform; 'klp-verify golden list' shows the cases.")
        }
        return counts.keys.allSatisfy { $0 == .agrees } && crashedBefore == 0
    }

    func add(_ assignment: Assignment, _ verdict: Verdict, _ remark: String = "") {
        done += 1
        counts[verdict.outcome, default: 0] += 1
        var remarks = [remark]
        if let loss = LostGuest(of: assignment) {
            remarks.append(loss.remark)
            if loss.hasCrashed { crashedBefore += 1 }
        }
        let remark = remarks.filter { !$0.isEmpty }.joined(separator: "; ")
        let lines = verdict.outcome == .agrees ? " (\(verdict.matched) lines)" : ""
        print(
            "\(version)  \(verdict.outcome.rawValue)  \(assignment.job.name)\(lines)\(remark.isEmpty ? "" : "; \(remark)")"
        )
        if !verdict.details.isEmpty {
            let details = verdict.details.split(separator: "\n", omittingEmptySubsequences: false)
            print(details.map { "    \($0)" }.joined(separator: "\n"))
            print("    evidence: \(assignment.evidence)")
        }
        Output.flush()
    }

    func finish(leftOut: Int, evidence: String) {
        let order: [Verdict.Outcome] = [.agrees, .differs, .undecided, .wedged, .crashed, .failed]
        let parts = order.compactMap { outcome in counts[outcome].map { "\($0) \(outcome.rawValue)" } }
        let rest = leftOut > 0 ? "; \(leftOut) left out, which these kernels cannot perform" : ""
        let again = crashedBefore > 0 ? "; \(crashedBefore) of them after a kernel had died in the first try" : ""
        print("\(version): \(done) of \(total) scenarios: \(parts.joined(separator: ", "))\(again)\(rest)")
        print("evidence: \(evidence)")
        Output.flush()
    }
}

/// A guest that was lost before the scenario was performed once more.
struct LostGuest {
    /// What there is to say of it.
    let remark: String
    /// True if its kernel died; else it only stopped answering, as a guest does whose host is busy.
    let hasCrashed: Bool

    /// Nil if none was.
    init?(of assignment: Assignment) {
        let path = "\(assignment.evidence)/\(Session.lostGuest)"
        guard let console = Files.read(path) else { return nil }
        hasCrashed = ["Kernel panic", "Oops: ", "BUG: "].contains { console.contains($0) }
        remark = "\(hasCrashed ? "a kernel died" : "a guest stopped answering") in the first try: \(path)"
    }
}
