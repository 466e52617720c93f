import GoldenCases
import Laboratory
import Livepatch
import Scenarios

/// A job and where its evidence goes.
struct Assignment: Sendable {
    let job: GuestJob
    /// The directory of the evidence.
    let evidence: String
    /// The scenario as it was read.
    private let text: String

    /// Empties the directory and puts into it what is known beforehand: the scenario, what is predicted, the modules' sources.
    init(_ job: GuestJob, text: String, evidence: String) throws(LabError) {
        self.job = job
        self.evidence = evidence
        self.text = text
        Files.remove(evidence)
        try prepare()
    }

    /// What is in the directory already; nothing there is changed.
    ///
    /// - Throws: `LabError` if its scenario cannot be read, or performed by the engine.
    init(kept evidence: String) throws(LabError) {
        let file = "\(evidence)/scenario.yaml"
        let name = evidence.split(separator: "/").suffix(2).joined(separator: "/")
        do throws(GoldenError) {
            text = try GoldenCase.text(of: file)
            let scenario = try GoldenCase.scenario(in: text, file: file)
            let generation = try Self.generation(of: evidence)
            do throws(Unperformable) {
                job = try GuestJob(scenario, name: name, file: file, generation: generation)
            } catch {
                throw GoldenError(error.description)
            }
        } catch {
            throw LabError(
                error.description, advice: "Name directories in which 'run' or 'differential' kept evidence.")
        }
        self.evidence = evidence
    }

    /// Takes away what a guest that was lost has left, but for one file, which gets another name.
    func forgetTry(keeping file: String, as name: String) throws(LabError) {
        for found in Files.names(in: evidence) where found != file { Files.remove("\(evidence)/\(found)") }
        Files.move("\(evidence)/\(file)", to: "\(evidence)/\(name)")
        try prepare()
    }

    /// The file that says of which generation the kernel is. Evidence of older labs has none.
    private static let generationFile = "generation"

    private static func generation(of evidence: String) throws(GoldenError) -> Generation {
        guard let text = Files.read("\(evidence)/\(generationFile)") else { return .linux55 }
        let name = text.filter { $0 != "\n" }
        guard let known = Generation(rawValue: name) else {
            throw GoldenError("\(evidence)/\(generationFile): there is no generation '\(name)'")
        }
        return known
    }

    private func prepare() throws(LabError) {
        try Files.makeDirectory(evidence)
        try Files.write("\(job.generation.rawValue)\n", to: "\(evidence)/\(Self.generationFile)")
        try Files.write(text, to: "\(evidence)/scenario.yaml")
        let predicted = job.simulation.lines.map { $0.text + "\n" }.joined()
        try Files.write(predicted, to: "\(evidence)/expected.log")
        for module in job.modules { try Files.write(module.text, to: "\(evidence)/\(module.name).c") }
    }
}
