import Conformance
import Livepatch
import Reports
import Testing
import Timeline

/// What a person reads.
struct TextReportTests {
    private static let cases: [(name: String, log: String, verdict: Verdict)] = [
        ("conforming.txt", SmallLog.conforming, .conforms),
        ("violating.txt", SmallLog.violating, .violates),
        ("inconclusive.txt", SmallLog.inconclusive, .inconclusive),
    ]

    @Test(arguments: cases) func theReportIsAsReviewed(_ name: String, _ log: String, _ verdict: Verdict) throws {
        let report = makeReport(log.utf8)
        #expect(report.verdict == verdict)
        let text = TextReport(report).text
        #expect(try text == Snapshot.text(name, updatingTo: text))
    }

    @Test(arguments: cases) func theVerdictIsNamed(_ name: String, _ log: String, _ verdict: Verdict) {
        #expect(TextReport(makeReport(log.utf8)).text.contains("dmesg.log: \(verdict.rawValue) ("))
    }

    @Test(arguments: cases) func withoutColorsThereIsNoControlCharacter(
        _ name: String, _ log: String, _ verdict: Verdict
    ) {
        let text = TextReport(makeReport(log.utf8)).text
        #expect(text.utf8.allSatisfy { $0 >= 0x20 || $0 == UInt8(ascii: "\n") })
    }

    @Test func aFindingNamesItsRuleItsLineAndWhereToReadMore() {
        let text = TextReport(makeReport(SmallLog.violating.utf8)).text
        #expect(text.contains("error[KLP-"))
        #expect(text.contains("--> dmesg.log:6"))
        #expect(text.contains("pre_unpatch_callback: vmlinux"))
        #expect(text.contains("klp-verify explain KLP-"))
    }

    @Test func callbacksThatWereNotPrintedAreSaidNotToBeChecked() {
        let log = SmallLog.conforming.split(separator: "\n").filter { !$0.contains("_callback:") }
        let report = makeReport((log.joined(separator: "\n") + "\n").utf8)
        #expect(report.verdict == .conforms)
        #expect(TextReport(report).text.contains("callbacks of 'test_klp_callbacks_demo': none printed"))
    }

    @Test func whatBecameOfShadowVariablesIsSaidInOneLine() {
        let text = TextReport(makeReport(SmallLog.shadows.utf8)).text
        #expect(text.contains("dmesg.log: conforms (3 calls about shadow variables)\n"))
        #expect(text.contains("\n  shadow variables: 3 calls by test_klp_shadow_vars, 1 created, 1 freed, 0 left\n"))
        #expect(!text.contains("not checked"))
    }

    @Test func aWrongResultIsShownBesideTheRightOne() {
        let log = SmallLog.shadows.replacing("id=0x1234) = PTR3", with: "id=0x1234) = PTR0")
        let text = TextReport(makeReport(log.utf8)).text
        #expect(text.contains("error[KLP-V110]: \"test_klp_shadow_vars: klp_shadow_get(obj=PTR1, id=0x1234) = PTR0\""))
        #expect(text.contains("expected here: \"test_klp_shadow_vars: klp_shadow_get(obj=PTR1, id=0x1234) = PTR3\""))
        #expect(text.contains("= after dmesg.log:3 "))
    }

    @Test func aCrashIsToldBesideLogsThatConform() {
        let crash = "BUG: unable to handle page fault for address: ffffffffc005b1d9\nOops: 0003 [#1] PREEMPT SMP PTI\n"
        let texts = [SmallLog.conforming, crash]
        let report = makeReport(
            of: texts.enumerated().map {
                Source(text: $1.utf8, name: "\($0).log", index: $0, needles: Needles.all)
            })
        #expect(report.verdict == .inconclusive)
        let text = TextReport(report).text
        #expect(text.contains("1.log: inconclusive (0 operations)\n"))
        #expect(text.contains("  crash: BUG: unable to handle page fault"))
        #expect(text.hasSuffix("\nall together: inconclusive\n"))
    }
}
