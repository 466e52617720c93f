import Laboratory

/// Says what comes of each scenario as it ends, and counts.
actor Tally {
    private let total: Int
    private let version: String
    private var counts: [Verdict.Outcome: Int] = [:]
    private var done = 0

    init(total: Int, version: String) {
        self.total = total
        self.version = version
    }

    /// True if everything is as predicted.
    ///
    /// - Throws: `LabError` if some scenarios could not be performed at all.
    func isGood() throws(LabError) -> Bool {
        if let count = counts[.failed] {
            throw LabError(
                "\(count) of \(total) scenarios could not be performed in kernel \(version)",
                advice: "What failed, and what to do, stands with each of them above.")
        }
        return counts.keys.allSatisfy { $0 == .agrees }
    }

    func add(_ assignment: Assignment, _ verdict: Verdict, _ remark: String = "") {
        done += 1
        counts[verdict.outcome, default: 0] += 1
        let lost = Files.exists("\(assignment.evidence)/\(Session.lostGuest)")
        let remarks = [remark, lost ? "a guest was lost before: \(assignment.evidence)/\(Session.lostGuest)" : ""]
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
        print("\(version): \(done) of \(total) scenarios: \(parts.joined(separator: ", "))\(rest)")
        print("evidence: \(evidence)")
        Output.flush()
    }
}
