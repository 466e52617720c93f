import ReferenceEngine

/// Whether the checker is told what the livepatches are.
enum Mode: String, CaseIterable, Sendable {
    /// The scenario's livepatches and modules, without its steps.
    case manifest = "with manifest"
    /// Nothing but the log.
    case inference = "by inference"
    /// The scenario's steps too: `golden check`.
    case steps = "with steps"
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

    let origin: Run.Origin
    let run: String
    let mutant: Mutant
    let original: String
    let mode: Mode
    let answer: Answer?
    let outcome: Outcome
    /// The rules of findings that the original does not have.
    let triggered: Set<RuleID>

    /// Tries the mutant in all modes.
    static func all(_ mutant: Mutant, of run: Run) -> [Trial] { Mode.allCases.map { Trial(mutant, of: run, $0) } }

    private init(_ mutant: Mutant, of run: Run, _ mode: Mode) {
        origin = run.origin
        self.run = run.path
        self.mutant = mutant
        self.mode = mode
        original = run.lines[mutant.line].message
        let classes = EquivalenceClass.all.filter { mode != .steps || $0.holdsWhateverWasDone }
        if let equivalence = classes.first(where: { $0.covers(mutant, run) }) {
            answer = nil
            triggered = []
            outcome = .equivalent(equivalence.name)
            return
        }
        let answer = Answer(of: mutant.text, run, mode)
        let triggered = run.answers[mode].map { answer.rules(besides: $0) } ?? []
        let isKilled =
            answer.verdict == .violates || (answer.verdict == .inconclusive && LossRule.allows(mutant, run))
            || (mutant.kind.asksForWarningOnly && !triggered.isEmpty)
        self.triggered = triggered
        self.answer = answer
        outcome = isKilled ? .killed : .survived
    }
}

/// Where the rule on loss makes `inconclusive` the right answer.
enum LossRule {
    /// One line missing between two lines of its own section is a violation. But the last line of the log's last operation
    /// may not have been printed yet, and where text that is no log record touches a section, its outermost line may have
    /// been cut off.
    ///
    /// A new line that stands alone between two operations may be what a hole has left of an operation: that several lines in a
    /// row are missing is undecided.
    static func allows(_ mutant: Mutant, _ run: Run) -> Bool {
        if mutant.kind == .insertCallback || mutant.kind == .insertTransition {
            return !run.isWithinSection(mutant.line)
        }
        guard mutant.kind == .drop, let section = run.sectionOfLine[mutant.line] else { return false }
        let lines = run.sections[section]
        if section == run.sections.count - 1 && lines.last == mutant.line { return true }
        return (lines.first == mutant.line && run.isSeam(mutant.line - 1))
            || (lines.last == mutant.line && run.isSeam(mutant.line + 1))
    }
}
