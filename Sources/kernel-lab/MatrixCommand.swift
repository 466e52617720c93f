import ArgumentParser

/// Everything, in every kernel.
struct MatrixCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matrix",
        abstract: "Perform all golden cases and random scenarios in every kernel.",
        discussion: """
            The same as 'run --kernel all' and 'differential --kernel all'. Takes some hours under software emulation.

            Exit status: 0 if every log is as predicted, 1 if one is not, 2 if the lab itself failed.
            """)

    @Option(help: "Which random scenarios.")
    var seed: UInt64 = 1
    @Option(help: "How many of them.")
    var scenarios = 200
    @OptionGroup var options: LabOptions

    func run() async throws {
        var run = try RunCommand.parse(["--kernel", "all"])
        var differential = try DifferentialCommand.parse(
            ["--kernel", "all", "--seed", "\(seed)", "--scenarios", "\(scenarios)"])
        run.options = options
        differential.options = options
        let commands = (run, differential)
        try await Ending.of { () async throws(LabError) in
            var isGood = true
            var failure: LabError?
            do throws(LabError) {
                isGood = try await commands.0.perform()
            } catch {
                options.progress.say(error.description)
                failure = error
            }
            let agrees = try await commands.1.perform()
            if let failure { throw failure }
            return agrees && isGood
        }
    }
}
