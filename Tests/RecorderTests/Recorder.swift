import Foundation
import Testing

/// `tools/klp-record`, run by a shell of this machine on a fake kernel.
struct Recorder: CustomTestStringConvertible {
    /// The shell and its first arguments.
    let shell: [String]

    var testDescription: String { shell.joined(separator: " ") }

    /// The shells that are here; users have others.
    static let all: [Recorder] = [["/bin/sh"], ["/bin/bash"], ["/bin/busybox", "sh"]]
        .filter { FileManager.default.isExecutableFile(atPath: $0[0]) }
        .map { Recorder(shell: $0) }

    static let script = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/tools/klp-record"

    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs it in the fake kernel's directory and waits.
    func callAsFunction(_ arguments: String..., on kernel: FakeKernel) throws -> Result {
        // Files, not pipes: nobody has to read while it writes.
        let files = ["out", "err"].map { kernel.root + "." + $0 }
        defer { files.forEach { try? FileManager.default.removeItem(atPath: $0) } }
        for file in files { try Data().write(to: URL(filePath: file)) }
        let process = Process()
        process.executableURL = URL(filePath: shell[0])
        process.arguments = shell.dropFirst() + [Self.script] + arguments
        process.currentDirectoryURL = URL(filePath: kernel.root)
        process.environment = ["PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "KLP_RECORD_ROOT": kernel.root]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: try String(contentsOfFile: files[0], encoding: .utf8),
            errors: try String(contentsOfFile: files[1], encoding: .utf8))
    }
}
