import Foundation
import TestSupport
import Testing

/// `klp-verify inspect` as a person or a script runs it.
@Suite(.enabled(if: Program.isBuilt, "klp-verify is not built beside the tests; 'swift build' makes it"))
struct InspectCommandTests {
    private static let traces =
        #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/FtraceTests/Traces"

    @Test(
        "A trace is the same in a file, on a pipe and redirected",
        arguments: [
            "events-v6.dat.zst", "lost-v7-zstd.dat.zst", "Text/tracefs/callbacks.txt", "Text/tracefs/graph.txt",
        ])
    func standardInput(_ name: String) throws {
        let path = "\(Self.traces)/\(name)"
        let program = try #require(Program.path)
        let named = try Program.run(["inspect", path], in: "/")
        #expect(named.status == 0)
        for command in ["cat \"$1\" | \"$0\" inspect -", "cat \"$1\" | \"$0\" inspect", "\"$0\" inspect <\"$1\""] {
            let piped = try ProgramRun("/bin/sh", ["-c", command, program, path], in: "/")
            #expect(piped.status == 0)
            #expect(piped.output == named.output.replacing(path, with: "-"))
        }
    }

    @Test("A trace on a pipe is judged as one in a file")
    func verify() throws {
        let path = "\(Self.traces)/events-v6.dat.zst"
        let program = try #require(Program.path)
        let named = try Program.run([path], in: "/")
        let piped = try ProgramRun("/bin/sh", ["-c", "cat \"$1\" | \"$0\"", program, path], in: "/")
        #expect(piped.status == named.status)
        #expect(piped.output == named.output.replacing(path, with: "-"))
    }

    @Test("A log on standard input is read once, however long it is")
    func log() throws {
        let line = "[    1.000000] livepatch: enabling patch 'fix'\n"
        for count in [1, 10_000] {
            let text = String(repeating: line, count: count)
            let run = try Program.run(["inspect", "-", "-"], in: "/", input: text)
            #expect(run.output.contains("-: dmesg or console text (detected)\n  lines: \(count); "))
            #expect(run.output.components(separatedBy: "  lines: \(count); ").count == 2)
        }
    }
}
