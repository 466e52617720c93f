import ByteScan
import GoldenCases
import Livepatch
import Scenarios
import Testing
import Timeline

/// The cases of the repository.
enum Repository {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Golden"

    static func golden(_ name: String) -> GoldenCase { GoldenCase(name: name, directory: "\(root)/\(name)") }
}

/// A recorded run of a case, or an edited copy of one.
struct TestLog {
    let golden: GoldenCase
    var lines: [String]

    /// The recorded run of the case on 6.1.
    init(_ name: String) throws {
        golden = Repository.golden(name)
        let run = try #require(golden.runs.first { $0.place == "6.1.192" })
        var file = try #require(try? SmallFile.text(of: run.path))
        if file.last == "\n" { file.removeLast() }
        lines = file.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var text: String { lines.map { $0 + "\n" }.joined() }

    /// What becomes of it.
    func check(at beginning: Window.Beginning? = nil, scenario given: Scenario? = nil) throws -> LogCheck {
        let scenario = try given ?? golden.scenario()
        let prediction = ScenarioPrediction(of: scenario, name: "scenario.yaml")
        var needles = prediction.needles
        if case .canary(let text)? = beginning { needles.append(text) }
        let source = Source(text: text.utf8, name: "dmesg", index: 0, needles: needles)
        return try prediction.check(source, at: beginning ?? .heading(scenario.test))
    }

    /// The log with other lines.
    func with(_ change: (inout [String]) -> Void) -> TestLog {
        var result = self
        change(&result.lines)
        return result
    }
}

/// Reads small files.
enum SmallFile {
    static func text(of path: String) throws -> String {
        var source = try ByteSource(path: path)
        return String(decoding: try source.peek(1 << 20), as: UTF8.self)
    }
}
