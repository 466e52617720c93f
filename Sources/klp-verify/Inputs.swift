import ArgumentParser
import KernelLog

/// The inputs and how to read them: what every command that reads logs takes.
struct Inputs: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Logs: files, directories (all files below them), '-' for standard input. Without any, standard input.",
            valueName: "log"),
        completion: .file())
    var paths: [String] = []

    @Option(
        help: ArgumentHelp(
            "Read the logs as this: \(LogFormat.allCases.map(\.rawValue).joined(separator: ", ")). Default: detected.",
            valueName: "format"))
    var inputFormat: LogFormat?
}

extension LogFormat: ExpressibleByArgument {}
