import Conformance
import Livepatch
import Reconstruction
import ReferenceEngine
import Scenarios
import Timeline

/// Whether the checker is told what the livepatches are.
enum Mode: String, CaseIterable, Sendable {
    case manifest = "with manifest"
    case inference = "by inference"
}

/// What the checker says of one log.
struct Answer: Sendable {
    let verdict: Verdict
    /// The rule of the first error.
    let rule: RuleID?
    /// What is left open, and a line for each finding.
    let details: [String]

    init(of text: String, name: String, manifest: Manifest) {
        let boots = Source(text: text.utf8, name: name, index: 0, needles: Needles.including(manifest)).boots
        let analyses = boots.map { Analysis(of: $0, manifest: manifest) }
        verdict = analyses.map(\.verdict).max() ?? .inconclusive
        let findings = analyses.flatMap(\.findings)
        rule = findings.first { $0.severity == .error }?.rule
        details =
            findings.map { "\($0.severity.rawValue) \($0.rule.rawValue) \($0.rule)" }
            + analyses.flatMap(\.undecided).map { "undecided \($0.reason) \($0.missing.map(\.event.message.rawValue))" }
    }
}

/// What became of one mutant.
struct Trial: Sendable {
    enum Outcome: Sendable {
        /// A correct kernel could have printed it; the class says why.
        case equivalent(String)
        /// The checker noticed.
        case killed
        /// It did not.
        case survived
    }

    let run: String
    let mutant: Mutant
    let original: String
    let mode: Mode
    let answer: Answer?
    let outcome: Outcome

    /// Tries the mutant in both modes.
    static func both(_ mutant: Mutant, of run: Run) -> [Trial] {
        let original = run.lines[mutant.line].message
        if let equivalence = EquivalenceClass.all.first(where: { $0.covers(mutant, run) }) {
            return Mode.allCases.map { mode in
                Trial(
                    run: run.path, mutant: mutant, original: original, mode: mode, answer: nil,
                    outcome: .equivalent(equivalence.name))
            }
        }
        return Mode.allCases.map { mode in
            let answer = Answer(
                of: mutant.text, name: run.path, manifest: mode == .manifest ? run.manifest : Manifest())
            let isKilled =
                answer.verdict == .violates || (answer.verdict == .inconclusive && LossRule.allows(mutant, run))
            return Trial(
                run: run.path, mutant: mutant, original: original, mode: mode, answer: answer,
                outcome: isKilled ? .killed : .survived)
        }
    }
}

/// Where the rule on loss makes `inconclusive` the right answer to a dropped line.
enum LossRule {
    /// One line missing between two lines of its own section is a violation. But the last line of the log's last operation
    /// may not have been printed yet, and where text that is no log record touches a section, its outermost line may have
    /// been cut off.
    static func allows(_ mutant: Mutant, _ run: Run) -> Bool {
        guard mutant.kind == .drop, let section = run.sectionOfLine[mutant.line] else { return false }
        let lines = run.sections[section]
        if section == run.sections.count - 1 && lines.last == mutant.line { return true }
        return (lines.first == mutant.line && run.isSeam(mutant.line - 1))
            || (lines.last == mutant.line && run.isSeam(mutant.line + 1))
    }
}
