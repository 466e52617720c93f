import ByteScan
import FoundationEssentials
import GoldenCases
import Livepatch
import Testing

/// Golden cases whose log is edited, as files.
enum GoldenFixture {
    private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Golden/"
    static let busy = GoldenCase(
        name: "selftests/test-callbacks-busy-target-module",
        directory: root + "selftests/test-callbacks-busy-target-module")

    /// What becomes of the recorded run of the busy target module after an edit.
    static func check(
        _ golden: GoldenCase = busy, file: String = "dmesg.log", canary: String? = nil,
        _ edit: (inout [String]) -> Void = { _ in }
    ) throws -> CaseCheck {
        let run = try #require(golden.runs.first { $0.place == "6.1.192" && $0.path.hasSuffix(file) })
        var lines = try text(of: run.path).split(separator: "\n").map(String.init)
        edit(&lines)
        let path = FileManager.default.temporaryDirectory.appending(path: "klp-verify-\(UUID().uuidString).log").path
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try CaseCheck.of(log: path, cases: [golden], canary: canary, generation: nil, isFinished: false)
    }

    static func text(of path: String) throws -> String {
        var source = try ByteSource(path: path)
        return String(decoding: try source.peek(1 << 20), as: UTF8.self)
    }
}

/// One log for each way in which a check can end.
struct GoldenEnding: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let outcome: LogCheck.Outcome
    var file = "dmesg.log"
    var canary: String?
    var edit: @Sendable (inout [String]) -> Void = { _ in }

    func check(_ golden: GoldenCase = GoldenFixture.busy) throws -> CaseCheck {
        try GoldenFixture.check(golden, file: file, canary: canary, edit)
    }

    static let all = [
        GoldenEnding(testDescription: "passed", outcome: .passed),
        GoldenEnding(testDescription: "failed", outcome: .failed) { lines in
            lines.removeAll { $0.contains("post_unpatch_callback: vmlinux") }
        },
        GoldenEnding(testDescription: "crashed", outcome: .failed) { lines in
            lines.append("[   79.300000] BUG: kernel NULL pointer dereference, address: 0000000000000000")
        },
        GoldenEnding(testDescription: "the canary is lost", outcome: .inconclusive(.windowLost), canary: "canary"),
        GoldenEnding(testDescription: "another test", outcome: .inconclusive(.windowLost)) { lines in
            lines = lines.map { $0.replacing("TEST: busy target module", with: "TEST: another") }
        },
        GoldenEnding(testDescription: "the log begins late", outcome: .inconclusive(.beginsLate)) { lines in
            lines.removeFirst(5)
        },
        GoldenEnding(testDescription: "nothing seen", outcome: .inconclusive(.nothingSeen)) { lines in
            lines.removeAll { $0.contains("livepatch: ") || $0.contains(" test_klp") }
        },
        GoldenEnding(testDescription: "no log at all", outcome: .inconclusive(.nothingSeen)) { lines in
            lines = ["this is no log"]
        },
        GoldenEnding(
            testDescription: "not done", outcome: .inconclusive(.notDone("SKIP: test #3 needs CONFIG_LIVEPATCH"))
        ) { lines in
            lines = [lines[0], "[   77.200000] SKIP: test #3 needs CONFIG_LIVEPATCH"]
        },
        GoldenEnding(testDescription: "the log ends early", outcome: .inconclusive(.endsEarly(step: 4))) { lines in
            lines.removeLast(lines.count - 14)
        },
        GoldenEnding(testDescription: "lines are lost", outcome: .inconclusive(.lost), file: "kmsg.raw") { lines in
            lines.removeSubrange(8..<10)
        },
    ]
}
