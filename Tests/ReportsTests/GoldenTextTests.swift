import GoldenCases
import Reports
import Testing

/// What a person reads of a golden case.
@Suite("Reports of golden cases") struct GoldenTextTests {
    private func text(_ checks: [CaseCheck], _ options: GoldenOptions = GoldenOptions(log: "dmesg.txt")) -> String {
        GoldenText(checks, isVerbose: false, showsDiff: false, options: options, paint: Paint(isOn: false)).text
    }

    /// With a name for the log that is the same in every run.
    private func stable(_ text: String, _ check: CaseCheck) -> String {
        let directory = GoldenFixture.busy.directory
        return text.replacing(check.logs.first?.path ?? "?", with: "dmesg.txt").replacing(directory, with: "CASE")
    }

    @Test(arguments: GoldenEnding.all) func everyEndingIsAsReviewed(_ ending: GoldenEnding) throws {
        let check = try ending.check()
        let text = stable(text([check]), check)
        let name = "golden-" + ending.testDescription.replacing(" ", with: "-") + ".txt"
        #expect(try text == Snapshot.text(name, updatingTo: text))
    }

    @Test(arguments: GoldenEnding.all.filter { $0.outcome != .passed })
    func whatDoesNotHoldSaysWhyAndWhatToTypeNext(_ ending: GoldenEnding) throws {
        let text = text([try ending.check()])
        let commands = ["golden check \(GoldenFixture.busy.name) --log dmesg.txt --diff", "inspect "]
        #expect(text.split(separator: "\n").count >= 4)
        #expect(commands.contains { text.contains("klp-verify " + $0) })
    }

    @Test func whatWasSaidOfTheLogIsInTheNextCommand() throws {
        let options = GoldenOptions(
            root: "my suites", log: "it's.log", canary: "begin here", generation: .linux51)
        let text = text([try GoldenEnding.all[1].check()], options)
        #expect(
            text.contains(
                "golden check \(GoldenFixture.busy.name) --golden 'my suites' --log 'it'\\''s.log' "
                    + "--canary 'begin here' --generation linux-5.1 --diff"))
    }

    @Test func everyLineIsListedIfAsked() throws {
        let check = try GoldenEnding.all[0].check()
        let text = GoldenText(
            [check], isVerbose: true, showsDiff: false, options: GoldenOptions(), paint: Paint(isOn: false)
        ).text
        #expect(text.contains("    line 3        test_klp_callbacks_busy: test_klp_callbacks_busy_init\n"))
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("    line ") }.count == 21)
    }
}
