import GoldenCases
import Reports
import Testing

/// KTAP is read by programs: it is held against the letter of Documentation/dev-tools/ktap.rst.
@Suite("KTAP output") struct KTAPTests {
    @Test(arguments: GoldenEnding.all) func everyEndingIsAValidDocument(_ ending: GoldenEnding) throws {
        let check = try ending.check()
        #expect(check.logs.map(\.check.outcome) == [ending.outcome])
        let results = try KTAP.results(GoldenKTAP([check], options: GoldenOptions()).text)
        let result = try #require(results.first)
        #expect(results.count == 1)
        #expect(result.description == check.golden.name)
        switch ending.outcome {
        case .passed: #expect(result.isOK && result.directive == nil)
        case .failed: #expect(!result.isOK && result.directive == nil)
        case .inconclusive(.endsEarly): #expect(!result.isOK && result.directive == "TIMEOUT")
        case .inconclusive(.lost): #expect(!result.isOK && result.directive == "ERROR")
        case .inconclusive: #expect(result.isOK && result.directive == "SKIP")
        }
    }

    @Test func severalCasesAreNumberedFromOne() throws {
        let checks = try GoldenEnding.all.map { try $0.check() }
        let results = try KTAP.results(GoldenKTAP(checks, options: GoldenOptions()).text)
        #expect(results.map(\.number) == Array(1...checks.count))
    }

    @Test func noCasesAreAPlanOfNone() throws {
        #expect(try KTAP.results(GoldenKTAP([], options: GoldenOptions()).text).isEmpty)
    }

    @Test(
        arguments: [
            "odd/naïve case", "odd/a # SKIP b", "odd/#", "odd/two\nok 7 lines", "odd/return\rok 7", "odd/\r\nBail out!",
            "odd/\u{1b}[31mred",
        ], GoldenEnding.all.prefix(2))
    func namesWithOddCharactersBreakNothing(_ name: String, _ ending: GoldenEnding) throws {
        let golden = GoldenCase(name: name, directory: GoldenFixture.busy.directory)
        let results = try KTAP.results(GoldenKTAP([ending.check(golden)], options: GoldenOptions()).text)
        #expect(results.count == 1)
        #expect(results.first?.directive == nil)
        #expect(results.first?.isOK == (ending.outcome == .passed))
    }

    /// The parser is only worth something if it refuses.
    @Test(arguments: [
        "", "TAP version 13\n1..0\n", "KTAP version 1\n", "KTAP version 1\n1..1\n",
        "KTAP version 1\n1..1\nok 2 a\n", "KTAP version 1\n1..1\nok 1 a\nok 2 b\n",
        "KTAP version 1\n1..1\nok 1 a # LATER\n", "KTAP version 1\n1..1\nok 1 a#b\n",
        "KTAP version 1\n1..1\nok 1 a # TIMEOUT\n", "KTAP version 1\n1..1\n#diagnostic\nok 1 a\n",
        "KTAP version 1\n1..1\nsomething\nok 1 a\n", "KTAP version 1\n1..1\nok 1 a",
    ])
    func theParserOfThisTestIsStrict(_ text: String) {
        #expect(throws: KTAP.Invalid.self) { try KTAP.results(text) }
    }
}

/// A strict reader of flat KTAP, version 1.
enum KTAP {
    struct Result {
        let isOK: Bool
        let number: Int
        let description: String
        let directive: String?
    }

    struct Invalid: Error { let line: String }

    static func results(_ text: String) throws(Invalid) -> [Result] {
        guard text.utf8.last == 0x0a else { throw Invalid(line: "no newline at the end") }
        guard !text.unicodeScalars.contains(where: { $0 == "\r" || $0.value == 0x1b }) else {
            throw Invalid(line: "a control character")
        }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard lines.popFirst() == "KTAP version 1" else { throw Invalid(line: "version") }
        guard let plan = lines.popFirst(), plan.hasPrefix("1.."), let count = Int(plan.dropFirst(3)) else {
            throw Invalid(line: "plan")
        }
        var results: [Result] = []
        for line in lines where !line.hasPrefix("# ") {
            let result = try result(String(line))
            guard result.number == results.count + 1 else { throw Invalid(line: String(line)) }
            results.append(result)
        }
        guard results.count == count else { throw Invalid(line: "the plan is \(count)") }
        return results
    }

    private static func result(_ line: String) throws(Invalid) -> Result {
        var rest = Substring(line)
        let isOK = !rest.hasPrefix("not ")
        if !isOK { rest = rest.dropFirst(4) }
        guard rest.hasPrefix("ok ") else { throw Invalid(line: line) }
        rest = rest.dropFirst(3)
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), rest.dropFirst(digits.count).first == " " else { throw Invalid(line: line) }
        rest = rest.dropFirst(digits.count + 1)
        let description = rest.prefix { $0 != "#" }
        guard description.count < rest.count else {
            return Result(isOK: isOK, number: number, description: String(description), directive: nil)
        }
        let tail = rest.dropFirst(description.count)
        guard description.last == " ", tail.hasPrefix("# ") else { throw Invalid(line: line) }
        let directive = String(tail.dropFirst(2).prefix { $0 != " " })
        guard ["SKIP", "TODO", "XFAIL", "TIMEOUT", "ERROR"].contains(directive), !tail.dropFirst(2).contains("#"),
            !isOK || !["TIMEOUT", "ERROR"].contains(directive)
        else { throw Invalid(line: line) }
        return Result(isOK: isOK, number: number, description: String(description.dropLast()), directive: directive)
    }
}
