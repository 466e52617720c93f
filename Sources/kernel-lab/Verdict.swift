import GoldenCases
import Laboratory
import Livepatch
import Reports

/// What came of a scenario in a real kernel, held against the engine.
struct Verdict: Sendable {
    /// How they compare.
    enum Outcome: String, Sendable {
        /// Every line and every step's end is as predicted.
        case agrees
        /// Something is not.
        case differs
        /// It cannot be told: the kernel was faster than the scenario wants, lines were lost.
        case undecided
        /// The guest stopped answering.
        case wedged
        /// The kernel panicked.
        case crashed
        /// A module did not build, or no guest booted.
        case failed
    }

    let outcome: Outcome
    /// What there is to say of it, in lines.
    let details: String
    /// How many predicted lines were there.
    let matched: Int

    /// Judges what a guest brought back.
    init(_ assignment: Assignment, _ ending: Session.Ending) {
        switch ending {
        case .performed: self = Self.compared(assignment)
        case .notBuilt(let words): self.init(.failed, words)
        case .notBooted(let error): self.init(.failed, error.description)
        case .wedged(let step): self.init(.wedged, Self.words("the guest stopped answering", step, assignment))
        case .crashed(let step): self.init(.crashed, Self.words("the guest's kernel is gone", step, assignment))
        }
    }

    private init(_ outcome: Outcome, _ details: String, matched: Int = 0) {
        self.outcome = outcome
        self.details = details
        self.matched = matched
    }

    private static func words(_ what: String, _ step: Int?, _ assignment: Assignment) -> String {
        let console = (Files.read("\(assignment.evidence)/serial.log") ?? "").split(separator: "\n").suffix(6)
            .map { "\n  \($0)" }.joined()
        return "\(what)\(step.map { " in step \($0 + 1)" } ?? ""); its console ends with\(console)"
    }

    private static func compared(_ assignment: Assignment) -> Verdict {
        let golden = GoldenCase(name: assignment.job.name, directory: assignment.evidence)
        do throws(GoldenError) {
            let check = try CaseCheck.of(
                log: "\(assignment.evidence)/dmesg.log", cases: [golden], canary: nil, generation: .linux55,
                isFinished: true)
            let log = StepLog(Files.read("\(assignment.evidence)/steps.log") ?? "")
            let steps = log.differences(from: assignment.job.simulation)
            let matched = check.logs.map(\.check.matchedCount).reduce(0, +)
            let remarks = GoldenText(
                [check], isVerbose: false, showsDiff: true, options: GoldenOptions(), paint: Paint(isOn: false)
            ).remarks
            switch check.outcome {
            case .failed: return Verdict(.differs, remarks + lines(steps), matched: matched)
            case .inconclusive: return Verdict(.undecided, remarks + lines(steps), matched: matched)
            case .passed:
                // What a transition that was faster than the scenario wants does to later steps is accounted for by the check.
                let isEarly = check.logs.contains { !$0.check.early.isEmpty }
                guard steps.isEmpty || isEarly else { return Verdict(.differs, lines(steps), matched: matched) }
                return Verdict(.agrees, "", matched: matched)
            }
        } catch {
            return Verdict(.failed, error.description)
        }
    }

    private static func lines(_ sentences: [String]) -> String { sentences.map { "  \($0)\n" }.joined() }
}
