import Foundation
import TestSupport

/// The program itself, run without a shell.
enum Program {
    /// Beside the tests; where the build put it.
    static let path: String? = {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        let tests = URL(filePath: CommandLine.arguments.first ?? "").deletingLastPathComponent().path
        return ["\(tests)/klp-verify", "\(root)/.build/debug/klp-verify", "\(root)/.build/release/klp-verify"]
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
    static let isBuilt = path != nil

    /// Runs it in the directory and waits.
    static func run(
        _ arguments: [String], in directory: String, input: String = "", output: ProgramRun.Output = .read
    ) throws -> ProgramRun {
        try ProgramRun(path ?? "/nonexistent", arguments, in: directory, input: input, output: output)
    }
}
