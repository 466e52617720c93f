import Foundation
import TestSupport
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

    /// Runs it in the fake kernel's directory and waits.
    func callAsFunction(_ arguments: String..., on kernel: FakeKernel) throws -> ProgramRun {
        try ProgramRun(
            shell[0], shell.dropFirst() + [Self.script] + arguments, in: kernel.root,
            environment: ["KLP_RECORD_ROOT": kernel.root])
    }
}
