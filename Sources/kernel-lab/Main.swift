import ArgumentParser

/// Performs scenarios in real kernels.
@main
struct KernelLab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel-lab",
        abstract: "Performs scenarios in real kernels and holds the logs against the engine.",
        subcommands: [
            RunCommand.self, DifferentialCommand.self, RecordTrialCommand.self, MatrixCommand.self, JudgeCommand.self,
        ])
}
