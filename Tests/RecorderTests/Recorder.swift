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

    /// The one with the fewest extras that is here.
    static let plain = Array(all.suffix(1))

    static let script = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/tools/klp-record"

    /// The number of this process's PID namespace.
    static func namespace() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid").filter(\.isNumber)
    }

    /// Runs it in the fake kernel's directory and waits.
    func callAsFunction(_ arguments: String..., on kernel: FakeKernel) throws -> ProgramRun {
        try run(
            shell[0], shell.dropFirst() + [kernel.path("record.sh")] + arguments, kernel)
    }

    /// Runs lines of a shell in which `$record` is the recorder.
    func lines(_ lines: String, on kernel: FakeKernel) throws -> ProgramRun {
        try run("/bin/sh", ["-c", lines], kernel)
    }

    /// Tests run in threads that take no signals, and programs inherit that: here they take them.
    private func run(_ program: String, _ arguments: [String], _ kernel: FakeKernel) throws -> ProgramRun {
        var none = sigset_t()
        var usual = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &usual)
        defer { pthread_sigmask(SIG_SETMASK, &usual, nil) }
        return try ProgramRun(
            program, arguments, in: kernel.root,
            environment: [
                "KLP_RECORD_ROOT": kernel.root, "record": (shell + [kernel.path("record.sh")]).joined(separator: " "),
            ])
    }
}
