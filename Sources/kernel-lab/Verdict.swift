import GoldenCases
import Laboratory
import Livepatch
import Reports
import Timeline

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
        /// A module did not build.
        case failed

        /// True if something is other than predicted, which a smaller scenario may show as well.
        var isDifference: Bool { self == .differs || self == .wedged || self == .crashed }
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
            let path = "\(assignment.evidence)/dmesg.log"
            let check = try check(of: path, assignment)
            // The same records with their sequence numbers, which show whether one is missing.
            let kmsg = "\(assignment.evidence)/kmsg.raw"
            let records = try Self.check(of: kmsg, assignment)
            let losses = Source(path: kmsg, index: 0, needles: Needles.all).boots.flatMap(\.losses)
            // A kernel that was faster than the scenario wants, or uses memory again, is held to what the engine says of that.
            let simulation = check.logs.first?.check.simulation ?? assignment.job.simulation
            let steps = StepLog(Files.read("\(assignment.evidence)/steps.log") ?? "")
            let strictness = Strictness(
                check, log: Files.read(path) ?? "", losses: losses,
                isClean: Files.exists("\(assignment.evidence)/clean"),
                mustBeClean: assignment.job.scenario.leavesNothingBehind(in: assignment.job.generation))
            var verdict = Verdict(
                check, steps.differences(from: simulation, of: assignment.job.scenario) + strictness.differences,
                records)
            verdict.matched = check.logs.map(\.check.matchedCount).reduce(0, +)
            verdict.events = check.logs.flatMap(\.check.events)
            return verdict
        } catch {
            return Verdict(.differs, "its log cannot be read: \(error.description)\n")
        }
    }

    /// Holds a log of the assignment's scenario against the prediction.
    static func check(of log: String, _ assignment: Assignment) throws(GoldenError) -> CaseCheck {
        let golden = GoldenCase(name: assignment.job.name, directory: assignment.evidence)
        return try CaseCheck.of(
            log: log, cases: [golden], canary: nil, generation: assignment.job.generation, isFinished: true)
    }

    private init(_ check: CaseCheck, _ differences: [String], _ records: CaseCheck) {
        let remarks = Self.remarks(check)
        switch check.outcome {
        case .failed: self.init(.differs, remarks + Self.lines(differences))
        case .inconclusive:
            self.init(differences.isEmpty ? .undecided : .differs, remarks + Self.lines(differences))
        case .passed where !differences.isEmpty: self.init(.differs, remarks + Self.lines(differences))
        case .passed where records.outcome != .passed:
            self.init(.differs, "  kmsg.raw is not the log that dmesg shows:\n" + Self.remarks(records))
        case .passed: self.init(.agrees, "")
        }
    }

    private static func remarks(_ check: CaseCheck) -> String {
        GoldenText(
            [check], isVerbose: false, showsDiff: true, options: GoldenOptions(), paint: Paint(isOn: false)
        ).remarks
    }

    private static func lines(_ sentences: [String]) -> String { sentences.map { "  \($0)\n" }.joined() }
}
