import Foundation
import Testing

/// What the README shows is what the program prints.
@Suite("The README's examples", .enabled(if: Program.isBuilt))
struct ReadmeTests {
    /// A command of the README, and the lines that it shows below it.
    struct Example: Sendable, CustomTestStringConvertible {
        let command: String
        let output: [String]

        var testDescription: String { command }
    }

    /// The examples of the commands that need nothing but the golden cases.
    static let examples: [Example] = {
        let text = (try? String(contentsOfFile: "\(Repository.root)/../README.md", encoding: .utf8)) ?? ""
        var result: [Example] = []
        var open: (command: String, output: [String])?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) + ["end"] {
            if let example = open, !line.isEmpty, !line.hasPrefix("    ") {
                let end = (example.output.lastIndex { !$0.isEmpty } ?? -1) + 1
                result.append(Example(command: example.command, output: Array(example.output[..<end])))
                open = nil
            }
            if line.hasPrefix("    $ klp-verify "), line.contains(" Golden/") {
                open = (String(line.dropFirst("    $ klp-verify ".count)), [])
            } else {
                open?.output.append(String(line.dropFirst(min(4, line.count))))
            }
        }
        return result
    }()

    @Test("there are some") func some() { #expect(Self.examples.count >= 4) }

    @Test("is what the program prints", arguments: examples)
    func isReal(example: Example) throws {
        let arguments = example.command.split(separator: " ").map(String.init)
        let run = try Program.run(arguments, in: "\(Repository.root)/..")
        var lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        #expect(lines == example.output)
    }
}
