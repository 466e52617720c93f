import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// A program of the host, run to its end.
enum Program {
    /// What came of it.
    struct Result {
        let isSuccess: Bool
        let output: String
        let errors: String

        /// The first lines about errors; without any, the last lines.
        func firstErrors(_ count: Int = 8) -> String {
            let lines = errors.split(separator: "\n").filter { $0.contains("rror") }
            return lines.isEmpty ? lastLines() : lines.prefix(count).map { "  " + $0 }.joined(separator: "\n")
        }

        /// The last lines of what it said, errors first.
        func lastLines(_ count: Int = 12) -> String {
            (errors + output).split(separator: "\n").suffix(count).map { "  " + $0 }.joined(separator: "\n")
        }
    }

    /// So much of a program's output is kept.
    private static let outputMaximum = 1 << 24

    /// Runs it; if this process dies the program does too (PR_SET_PDEATHSIG means the thread that started it: Subprocess starts
    /// everything from one that lives as long as the process).
    ///
    /// - Throws: `LabError` if it cannot be started.
    static func run(
        _ name: String, _ arguments: [String], in directory: String? = nil
    ) async throws(LabError) -> Result {
        do {
            let result = try await Subprocess.run(
                .name("setpriv"), arguments: Arguments(["--pdeathsig", "KILL", name] + arguments),
                environment: .inherit.updating(["LC_ALL": "C"]), workingDirectory: directory.map { FilePath($0) },
                output: .string(limit: outputMaximum), error: .string(limit: outputMaximum))
            return Result(
                isSuccess: result.terminationStatus.isSuccess, output: result.standardOutput,
                errors: result.standardError)
        } catch {
            throw LabError("'\(name)' cannot be run: \(error)", advice: "Install it, or look at the message above.")
        }
    }

    /// Runs it and wants it to succeed.
    ///
    /// - Throws: `LabError` with its last words otherwise.
    @discardableResult
    static func must(
        _ name: String, _ arguments: [String], in directory: String? = nil, else advice: String
    ) async throws(LabError) -> String {
        let result = try await run(name, arguments, in: directory)
        guard result.isSuccess else {
            let command = ([name] + arguments.prefix(4)).joined(separator: " ")
            throw LabError("'\(command)' failed:\n\(result.lastLines())", advice: advice)
        }
        return result.output
    }
}
