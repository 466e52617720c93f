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
    var matched = 0
    /// The events of the scenario in the order of the log.
    var events: [Event] = []

    /// Judges what a guest brought back.
    init(_ assignment: Assignment, _ ending: Session.Ending) {
        switch ending {
        case .performed: self = Self.compared(assignment)
        case .notBuilt(let words):
            self.init(.failed, "\(words)\nIts C files, as they were generated, are with the evidence.")
        case .notBooted(let error): self.init(.failed, error.description)
        case .wedged(let step): self.init(.wedged, Self.words("the guest stopped answering", step, assignment))
        case .crashed(let step): self.init(.crashed, Self.words("the guest's kernel is gone", step, assignment))
        }
    }

    private init(_ outcome: Outcome, _ details: String) {
        self.outcome = outcome
        self.details = details
    }

    private static func words(_ what: String, _ step: Int?, _ assignment: Assignment) -> String {
        let console = (Files.read("\(assignment.evidence)/serial.log") ?? "").split(separator: "\n").suffix(6)
            .map { "\n  \($0)" }.joined()
        return "\(what)\(step.map { " in step \($0 + 1)" } ?? ""); its console ends with\(console)"
    }

    private static func compared(_ assignment: Assignment) -> Verdict {
        do throws(GoldenError) {
            let check = try check(of: "\(assignment.evidence)/dmesg.log", assignment)
            let log = StepLog(Files.read("\(assignment.evidence)/steps.log") ?? "")
            // A kernel that was faster than the scenario wants, or uses memory again, is held to what the engine says of that.
            let simulation = check.logs.first?.check.simulation ?? assignment.job.simulation
            var verdict = Verdict(check, log.differences(from: simulation, of: assignment.job.scenario))
            verdict.matched = check.logs.map(\.check.matchedCount).reduce(0, +)
            verdict.events = check.logs.flatMap(\.check.events)
            return verdict
        } catch {
            return Verdict(.failed, error.description)
        }
    }

    /// Holds a log of the assignment's scenario against the prediction.
    static func check(of log: String, _ assignment: Assignment) throws(GoldenError) -> CaseCheck {
        let golden = GoldenCase(name: assignment.job.name, directory: assignment.evidence)
        return try CaseCheck.of(log: log, cases: [golden], canary: nil, generation: .linux55, isFinished: true)
    }

    private init(_ check: CaseCheck, _ steps: [String]) {
        let remarks = GoldenText(
            [check], isVerbose: false, showsDiff: true, options: GoldenOptions(), paint: Paint(isOn: false)
        ).remarks
        switch check.outcome {
        case .failed: self.init(.differs, remarks + Self.lines(steps))
        case .inconclusive: self.init(.undecided, remarks + Self.lines(steps))
        case .passed: self.init(steps.isEmpty ? .agrees : .differs, Self.lines(steps))
        }
    }

    private static func lines(_ sentences: [String]) -> String { sentences.map { "  \($0)\n" }.joined() }
}
