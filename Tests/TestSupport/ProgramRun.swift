import Foundation

/// A program, run without a shell.
public struct ProgramRun: Sendable {
    /// Its exit status, or the number of the signal that ended it.
    public let status: Int32
    /// True if a signal ended it.
    public let isKilled: Bool
    /// What it wrote to standard output.
    public let output: String
    /// What it wrote to standard error.
    public let errors: String

    /// Where standard output goes.
    public enum Output: Sendable {
        /// To a file that is read afterwards.
        case read
        /// To a disk without room.
        case full
        /// To a pipe that nobody reads.
        case closed
    }

    /// Runs it in the directory and waits.
    ///
    /// - Throws: if it can't be started.
    public init(
        _ program: String, _ arguments: [String], in directory: String, environment: [String: String] = [:],
        input: String = "", output: Output = .read
    ) throws {
        let scratch = Scratch()
        defer { scratch.remove() }
        // Files, not pipes: nobody has to read while it writes.
        let files = try ["in", "out", "err"].map { name in
            try scratch.write(name == "in" ? input : "", to: name)
            return scratch.path(name)
        }
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: directory)
        process.environment = ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C"].merging(environment) { $1 }
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
        status = process.terminationStatus
        isKilled = process.terminationReason == .uncaughtSignal
        self.output = try String(contentsOf: URL(filePath: files[1]), encoding: .utf8)
        errors = try String(contentsOf: URL(filePath: files[2]), encoding: .utf8)
    }
}
