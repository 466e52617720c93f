import Conformance
import GoldenCases
import Livepatch
import Reconstruction
import ReferenceEngine
import Timeline

/// What the checker says of one log.
struct Answer: Sendable {
    let verdict: Verdict
    /// Errors and warnings, the worst first.
    let findings: [Finding]
    /// What is left open, and a line for each finding.
    let details: [String]

    /// The rule of the first error.
    var rule: RuleID? { findings.first { $0.severity == .error }?.rule }

    init(of text: String, _ run: Run, _ mode: Mode) {
        switch mode {
        case .manifest: self.init(of: text, name: run.path, manifest: run.manifest)
        case .inference: self.init(of: text, name: run.path, manifest: Manifest())
        case .steps: self.init(of: text, run)
        }
    }

    /// What `golden check` says of it.
    private init(of text: String, _ run: Run) {
        let prediction = ScenarioPrediction(of: run.scenario, name: run.path)
        let check = try? prediction.check(
            Source(text: text.utf8, name: run.path, index: 0, needles: prediction.needles), run.generation)
        findings = check.map { $0.findings + $0.warnings } ?? []
        switch check?.outcome {
        case .passed: verdict = .conforms
        case .failed: verdict = .violates
        case .inconclusive, nil: verdict = .inconclusive
        }
        details = check.map { ["\($0.outcome)"] } ?? []
    }

    /// What `verify` says of it.
    private init(of text: String, name: String, manifest: Manifest) {
        let boots = Source(text: text.utf8, name: name, index: 0, needles: Needles.including(manifest)).boots
        let analyses = boots.map { Analysis(of: $0, manifest: manifest) }
        verdict = analyses.map(\.verdict).max() ?? .inconclusive
        findings = analyses.flatMap(\.findings).filter { $0.severity != .note }
        details =
            findings.map { "\($0.severity.rawValue) \($0.rule.rawValue) \($0.rule)" }
            + analyses.flatMap(\.undecided).map { "undecided \($0.reason) \($0.missing.map(\.event.message.rawValue))" }
    }

    /// The rules of the findings that the other answer has not, or has less often.
    func rules(besides other: Answer) -> Set<RuleID> {
        var left: [Known: Int] = [:]
        for finding in other.findings { left[Known(finding), default: 0] += 1 }
        var rules: Set<RuleID> = []
        for finding in findings {
            left[Known(finding), default: 0] -= 1
            if left[Known(finding), default: 0] < 0 { rules.insert(finding.rule) }
        }
        return rules
    }

    /// What two findings have in common although an edit has moved the line.
    private struct Known: Hashable {
        let rule: RuleID
        let message: String?

        init(_ finding: Finding) {
            rule = finding.rule
            message = finding.place?.record.message
        }
    }
}
