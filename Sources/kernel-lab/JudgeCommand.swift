import ArgumentParser
import GoldenCases
import Laboratory

/// Evidence that was kept, judged once more.
struct JudgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge", abstract: "Hold evidence that was kept against the engine's predictions of today.",
        discussion: """
            For a look at what a change of the engine does to logs of real kernels without performing the scenarios again: 'run' \
            keeps all evidence, 'differential' with --keep.

            Exit status: 0 if every log is as predicted, 1 if one is not, 2 if there is no evidence, or it cannot be read.
            """)

    @Argument(help: "Directories below which there is evidence.")
    var directories: [String]

    func run() async throws {
        try await Ending.of { () async throws(LabError) in
            let found = directories.flatMap { Self.evidence(below: Files.absolute($0)) }
            guard !found.isEmpty else {
                throw LabError(
                    "there is no evidence below \(directories.joined(separator: " "))",
                    advice: "Name directories in which 'run', or 'differential --keep', kept evidence.")
            }
            let tally = Tally(total: found.count, version: "kept")
            for directory in found {
                let assignment = try Assignment(kept: directory)
                await tally.add(assignment, Verdict(assignment, .performed))
            }
            await tally.finish(leftOut: 0, evidence: directories.joined(separator: " "))
            return try await tally.isGood()
        }
    }

    /// The directories with a scenario, by name. One without a log was not performed to its end: that differs.
    private static func evidence(below directory: String) -> [String] {
        let names = Files.names(in: directory)
        if names.contains("scenario.yaml") { return [directory] }
        return names.flatMap { evidence(below: "\(directory)/\($0)") }
    }
}
