import Laboratory
import Scenarios

/// A job and where its evidence goes.
struct Assignment: Sendable {
    let job: GuestJob
    /// The directory of the evidence.
    let evidence: String

    /// Empties the directory and puts into it what is known beforehand: the scenario, what is predicted, the modules' sources.
    init(_ job: GuestJob, text: String, evidence: String) throws(LabError) {
        self.job = job
        self.evidence = evidence
        Files.remove(evidence)
        try Files.makeDirectory(evidence)
        try Files.write(text, to: "\(evidence)/scenario.yaml")
        let predicted = job.simulation.lines.map { $0.text + "\n" }.joined()
        try Files.write(predicted, to: "\(evidence)/expected.log")
        for module in job.modules { try Files.write(module.text, to: "\(evidence)/\(module.name).c") }
    }
}
