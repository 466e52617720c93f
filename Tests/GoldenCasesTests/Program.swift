import Foundation

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

    struct Result {
        let status: Int32
        /// True if a signal ended it.
        let isKilled: Bool
        let output: String
        let errors: String
    }

    enum Output { case read, full, closed }

    /// Runs it in the directory and waits.
    static func run(_ arguments: [String], in directory: String, input: String = "", output: Output = .read) throws
        -> Result
    {
        let scratch = Scratch()
        defer { scratch.remove() }
        // Files, not pipes: nobody has to read while it writes.
        let files = try ["in", "out", "err"].map { name in
            try scratch.write(name == "in" ? input : "", to: name)
            return scratch.path(name)
        }
        let process = Process()
        process.executableURL = URL(filePath: path ?? "/nonexistent")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: directory)
        process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
        process.standardInput = FileHandle(forReadingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[2])
        let pipe = Pipe()
        switch output {
        case .read: process.standardOutput = FileHandle(forWritingAtPath: files[1])
        case .full: process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
        case .closed:
            try pipe.fileHandleForReading.close()
            process.standardOutput = pipe.fileHandleForWriting
        }
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, isKilled: process.terminationReason == .uncaughtSignal,
            output: try String(contentsOf: URL(filePath: files[1]), encoding: .utf8),
            errors: try String(contentsOf: URL(filePath: files[2]), encoding: .utf8))
    }
}

/// A directory of its own for a test.
struct Scratch {
    let root = FileManager.default.temporaryDirectory.appending(path: "klp-verify-\(UUID().uuidString)").path

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func write(_ text: String, to name: String) throws {
        let url = URL(filePath: path(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func remove() { try? FileManager.default.removeItem(atPath: root) }
}
