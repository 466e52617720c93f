import ArgumentParser
import FoundationEssentials
import Glibc
import KernelLog
import Livepatch
import Timeline

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

    /// The files to read. A directory stands for all regular files below it, sorted by path.
    func files() throws -> [String] {
        if paths.isEmpty {
            guard isatty(STDIN_FILENO) == 0 else {
                throw ValidationError("no log given; name a file, or pipe one in: dmesg | klp-verify")
            }
            return ["-"]
        }
        return paths.flatMap { path in isDirectory(path) ? filesBelow(path) : [path] }
    }

    private func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private func filesBelow(_ directory: String) -> [String] {
        let base = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
        let files = names.map { "\(base)/\($0)" }.filter { path in
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        }
        return files.isEmpty ? [directory] : files.sorted()
    }

    /// Reads all of them, and says on standard error which could not be read.
    func sources(needles: [String]) throws -> [Source] {
        let sources = try files().enumerated().map { index, path in
            Source(path: path, index: index, needles: needles, format: inputFormat)
        }
        for source in sources {
            if let error = source.error { Output.error("klp-verify: \(error.description)") }
        }
        return sources
    }
}

extension LogFormat: ExpressibleByArgument {}
