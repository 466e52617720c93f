import FoundationEssentials
import Reports
import Testing

/// What a program reads.
struct JSONLinesTests {
    /// The fields that every reader may count on.
    private struct Line: Decodable {
        let schema: String
        let type: String
        let boot: Int?
        let verdict: String?
        let source: String?
        let line: Int?
        let rule: String?
        let severity: String?
        let event: String?
        let message: String?
    }

    private func lines(_ report: Report, includesEvents: Bool = false) throws -> [Line] {
        let text = JSONLinesReport(report, includesEvents: includesEvents).text
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    @Test(arguments: [SmallLog.conforming, SmallLog.violating, SmallLog.inconclusive])
    func everyLineIsAnObjectWithSchemaAndType(log: String) throws {
        let lines = try lines(makeReport(log.utf8), includesEvents: true)
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0.schema == "klp-verify/1" })
        #expect(Set(lines.map(\.type)).isSubset(of: ["verdict", "finding", "undecided", "event", "source"]))
    }

    @Test(arguments: [
        (SmallLog.conforming, "conforms"), (SmallLog.violating, "violates"), (SmallLog.inconclusive, "inconclusive"),
    ])
    func aBootHasOneVerdict(log: String, verdict: String) throws {
        let verdicts = try lines(makeReport(log.utf8)).filter { $0.type == "verdict" }
        #expect(verdicts.map(\.verdict) == [verdict])
        #expect(verdicts.map(\.boot) == [1])
        #expect(verdicts.map(\.source) == ["dmesg.log"])
    }

    @Test func aFindingNamesRuleSeverityAndPlace() throws {
        let findings = try lines(makeReport(SmallLog.violating.utf8)).filter { $0.type == "finding" }
        let finding = try #require(findings.first)
        #expect(findings.count == 1)
        #expect(finding.rule?.hasPrefix("KLP-") == true)
        #expect(finding.severity == "error")
        #expect(finding.source == "dmesg.log")
        #expect(finding.line == 6)
    }

    @Test func whatIsUndecidedNamesItsPlace() throws {
        let undecided = try lines(makeReport(SmallLog.inconclusive.utf8)).filter { $0.type == "undecided" }
        #expect(undecided.map(\.line) == [5])
    }

    @Test func eventsAreListedOnlyOnRequest() throws {
        let report = makeReport(SmallLog.conforming.utf8)
        #expect(try lines(report).allSatisfy { $0.type != "event" })
        let events = try lines(report, includesEvents: true).filter { $0.type == "event" }
        #expect(events.count == SmallLog.conforming.split(separator: "\n").count - 1)
        #expect(events.allSatisfy { $0.event != nil && $0.line != nil && $0.message != nil })
    }

    @Test func whatModulesDidWithShadowVariablesIsCounted() throws {
        struct Use: Decodable {
            let caller: String
            let calls, verified, created, freed: Int
            let left: Int?
        }
        struct Arguments: Decodable {
            let object, id, data, constructor: String?
        }
        struct Line: Decodable {
            let type: String
            let shadow_variables: [Use]?
            let event: String?
            let shadow: Arguments?
        }
        let text = JSONLinesReport(makeReport(SmallLog.shadows.utf8), includesEvents: true).text
        let lines = try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        let use = try #require(lines.first { $0.type == "verdict" }?.shadow_variables?.first)
        #expect(use.caller == "test_klp_shadow_vars")
        #expect([use.calls, use.verified, use.created, use.freed, use.left] == [3, 3, 1, 1, 0])
        let alloc = try #require(lines.first { $0.event == "shadowAlloc" }?.shadow)
        #expect([alloc.object, alloc.id, alloc.data, alloc.constructor] == ["PTR1", "0x1234", "PTR3", "PTR4"])
    }

    @Test func controlCharactersAndQuotesAreEscaped() throws {
        let line = "[  130.000001] livepatch: 'a\"b\\c\u{1}\u{1F600}': something unheard of\n"
        let events = try lines(makeReport((SmallLog.conforming + line).utf8), includesEvents: true)
        #expect(events.contains { $0.message == "livepatch: 'a\"b\\c\u{1}\u{1F600}': something unheard of" })
    }
}
