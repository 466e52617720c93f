import ArgumentParser
import Glibc

/// Performs scenarios in real kernels.
@main
struct KernelLab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel-lab",
        abstract: "Performs scenarios in real kernels and holds the logs against the engine.",
        discussion:
            "Exit status: 0 if every log is as predicted, 1 if one is not, 2 for a wrong call or if the lab itself failed.",
        subcommands: [
            RunCommand.self, DifferentialCommand.self, RecordTrialCommand.self, MatrixCommand.self, JudgeCommand.self,
        ])

    /// A wrong call has the status of a lab that failed: 1 is a verdict.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            Progress(isShown: true).say(fullMessage(for: error))
            Glibc.exit(2)
        }
    }
}
