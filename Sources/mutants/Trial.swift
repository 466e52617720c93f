import Conformance
import GoldenCases
import Livepatch
import Reconstruction
import ReferenceEngine
import Scenarios
import Timeline

/// Whether the checker is told what the livepatches are.
enum Mode: String, CaseIterable, Sendable {
    /// The scenario's livepatches and modules, without its steps.
    case manifest = "with manifest"
    /// Nothing but the log.
    case inference = "by inference"
    /// The scenario's steps too: `golden check`.
    case steps = "with steps"
}

/// What the checker says of one log.
struct Answer: Sendable {
    let verdict: Verdict
    /// The rule of the first error.
    let rule: RuleID?
    /// What is left open, and a line for each finding.
    let details: [String]

    /// What `golden check` says of it.
    init(of text: String, _ run: Run) {
        let prediction = ScenarioPrediction(of: run.scenario, name: run.path)
        let check = try? prediction.check(
            Source(text: text.utf8, name: run.path, index: 0, needles: prediction.needles), run.recorded.generation)
        rule = check?.findings.first?.rule
        switch check?.outcome {
        case .passed: verdict = .conforms
        case .failed: verdict = .violates
        case .inconclusive, nil: verdict = .inconclusive
        }
        details = check.map { ["\($0.outcome)"] } ?? []
    }

    /// What `verify` says of it.
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

    /// Tries the mutant in all modes.
    static func all(_ mutant: Mutant, of run: Run) -> [Trial] { Mode.allCases.map { Trial(mutant, of: run, $0) } }

    private init(_ mutant: Mutant, of run: Run, _ mode: Mode) {
        self.run = run.path
        self.mutant = mutant
        self.mode = mode
        original = run.lines[mutant.line].message
        let classes = EquivalenceClass.all.filter { mode != .steps || $0.holdsWhateverWasDone }
        if let equivalence = classes.first(where: { $0.covers(mutant, run) }) {
            answer = nil
            outcome = .equivalent(equivalence.name)
            return
        }
        let answer =
            switch mode {
            case .manifest: Answer(of: mutant.text, name: run.path, manifest: run.manifest)
            case .inference: Answer(of: mutant.text, name: run.path, manifest: Manifest())
            case .steps: Answer(of: mutant.text, run)
            }
        let isKilled =
            answer.verdict == .violates || (answer.verdict == .inconclusive && LossRule.allows(mutant, run))
        self.answer = answer
        outcome = isKilled ? .killed : .survived
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
