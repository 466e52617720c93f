import Foundation
import GoldenCases
import TestSupport
import Testing

/// `klp-verify golden` as a person or a script runs it.
@Suite(
    .serialized,
    .enabled(if: Program.isBuilt, "klp-verify is not built beside the tests; 'swift build' makes it"))
final class GoldenCommandTests {
    private let scratch = Scratch()

    init() throws {
        try scratch.write(yaml("generations: [linux-5.1, linux-5.5]"), to: "Golden/one/plain/scenario.yaml")
        try scratch.write(yaml("test: plain test"), to: "Golden/one/plain-again/scenario.yaml")
        try scratch.write(yaml("test: other test"), to: "Golden/one-more/other/scenario.yaml")
        _ = try run("accept", "--all")
    }

    deinit { scratch.remove() }

    private func yaml(_ more: String) -> String {
        """
        summary: A livepatch is loaded.
        \(more)
        livepatches:
          - {name: fix, objects: [{name: vmlinux, callbacks: [pre_patch]}]}
        steps:
          - load: fix

        """
    }

    private func run(_ arguments: String..., input: String = "", output: ProgramRun.Output = .read) throws
        -> ProgramRun
    {
        let result = try Program.run(["golden"] + arguments, in: scratch.root, input: input, output: output)
        #expect(!result.isKilled, "\(arguments)")
        return result
    }

    private var log: String {
        get throws {
            try String(
                contentsOf: URL(filePath: scratch.path("Golden/one/plain/expected.linux-5.5.log")), encoding: .utf8)
        }
    }

    private func usageError(
        _ result: ProgramRun, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == 2, sourceLocation: sourceLocation)
        #expect(result.output.isEmpty, sourceLocation: sourceLocation)
        #expect(result.errors.contains(words), "\(result.errors)", sourceLocation: sourceLocation)
    }

    // MARK: Exit statuses

    @Test func asPredictedIs0() throws {
        let result = try run("check")
        #expect(result.status == 0)
        #expect(result.output.hasSuffix("3 cases: 3 ok\n"))
        #expect(try run("check", "one/plain", "--log", "-", input: log).status == 0)
    }

    @Test func notAsPredictedIs1() throws {
        let result = try run("check", "one/plain", "--log", "-", input: log + "livepatch: enabling patch 'x'\n")
        #expect(result.status == 1)
        #expect(result.output.contains("unexpected    line"))
    }

    @Test func inconclusiveIs3() throws {
        #expect(try run("check", "one/plain", "--log", "-", input: "").status == 3)
        #expect(try run("check", "one/plain", "--log", "-", input: "hello\n").status == 3)
        #expect(try run("check", "one/plain", "--log", "-", "--canary", "x", input: log).status == 3)
    }

    @Test func quietSaysNothingOfWhatHolds() throws {
        let result = try run("check", "--quiet")
        #expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty)
        #expect(try !run("check", "one/plain", "--log", "-", "--quiet", input: "hello\n").output.isEmpty)
    }

    @Test func aFinishedTestIsJudgedToItsEnd() throws {
        let cut = try log.replacing("livepatch: 'fix': patching complete\n", with: "")
        #expect(try run("check", "one/plain", "--log", "-", input: cut).status == 3)
        #expect(try run("check", "one/plain", "--log", "-", "--finished", input: cut).status == 1)
    }

    /// Without a banner a log may be of several kernels; which one it agrees with is not hidden.
    @Test func aLogThatOnlyAnOlderKernelPrintsIsSaidToBe() throws {
        let path = "Golden/one/older/scenario.yaml"
        let steps = "  - disable: fix\n  - enable: fix\n"
        try scratch.write(yaml("generations: [linux-4.16, linux-5.5]") + steps, to: path)
        let old = try Program.run(["simulate", "--generation", "linux-4.16", path], in: scratch.root).output
        let result = try run("check", "one/older", "--log", "-", input: old)
        #expect(result.status == 0)
        #expect(result.output.contains("note: as linux-4.16 prints it, not as linux-5.5; --generation says"))
        #expect(try run("check", "one/older", "--log", "-", "--generation", "linux-5.5", input: old).status == 1)
    }

    // MARK: Which case

    @Test func aNameMeansTheCaseOrSuiteOfThatName() throws {
        #expect(try run("check", "one/plain").output.hasSuffix("1 case: 1 ok\n"))
        #expect(try run("check", "one").output.hasSuffix("2 cases: 2 ok\n"))
        #expect(try run("check", "one/").output.hasSuffix("2 cases: 2 ok\n"))
        #expect(try run("check", "one/pl").output.hasSuffix("2 cases: 2 ok\n"))
        #expect(try run("check", "on").output.hasSuffix("3 cases: 3 ok\n"))
    }

    @Test(arguments: ["nosuch", "", "one/plain/", "one/plainer", "/"]) func anUnknownCaseIsNamed(name: String) throws {
        usageError(try run("check", name), "there is no case '\(name)'; 'klp-verify golden list'")
    }

    @Test func theHeadingTellsWhichOfSeveralCasesItIs() throws {
        let heading = "===== TEST: other test =====\n"
        let result = try run("check", "--log", "-", input: heading + log)
        #expect(result.status == 0)
        #expect(result.output.hasPrefix("ok one-more/other\n"))
        usageError(try run("check", "--log", "-", input: log), "3 cases are named and the log has no heading")
        usageError(
            try run("check", "--log", "-", input: "===== TEST: unheard of =====\n" + log), "is called 'unheard of'")
    }

    // MARK: What was said wrongly

    @Test(arguments: [["--canary", "x"], ["--generation", "linux-5.5"], ["--finished"]])
    func whatIsSaidOfALogNeedsOne(_ option: [String]) throws {
        usageError(try Program.run(["golden", "check"] + option, in: scratch.root), "name it with --log")
    }

    @Test func acceptNeedsANameOrAll() throws {
        usageError(try run("accept"), "name the cases to accept, or say --all")
        usageError(try run("accept", "--all", "one"), "exclude each other")
        usageError(try run("accept", ""), "there is no case ''")
        usageError(try run("check", "one/plain", "--log", "-", "--canary", "", input: log), "--canary needs a text")
    }

    @Test func filesThatAreNoneAreNamedWithoutAUsageLine() throws {
        for (arguments, words) in [
            (["check", "one/plain", "--log", "absent.log"], "absent.log"),
            (["check", "one/plain", "--log", "Golden"], "Golden is a directory"),
            (["check", "--golden", "absent"], "absent: there are no cases here"),
        ] {
            let result = try Program.run(["golden"] + arguments, in: scratch.root)
            usageError(result, words)
            #expect(!result.errors.contains("Usage:"))
        }
    }

    @Test func aScenarioThatIsWrongIsNamedWithItsPlace() throws {
        try scratch.write("summary: x\nsteps:\n  - lod: fix\n", to: "Golden/one/wrong/scenario.yaml")
        usageError(try run("check"), "Golden/one/wrong/scenario.yaml:3:5: ")
        #expect(try run("check", "one/plain").status == 0)
    }

    @Test func aDirectoryWithoutScenarioIsNoCase() throws {
        try scratch.write("livepatch: x\n", to: "Golden/one/bare/expected.linux-5.5.log")
        #expect(try run("check").output.hasSuffix("3 cases: 3 ok\n"))
        usageError(try run("check", "one/bare"), "there is no case 'one/bare'")
    }

    // MARK: Kept predictions

    @Test func aPredictionThatIsNotKeptIsAskedFor() throws {
        try scratch.write(yaml("generations: [linux-5.1]"), to: "Golden/one/new/scenario.yaml")
        let result = try run("check", "one/new")
        #expect(result.status == 1)
        #expect(result.output.contains("expected.linux-5.1.log is missing"))
        #expect(result.output.contains("klp-verify golden accept one/new"))
        #expect(try run("accept", "one/new").output == "new: Golden/one/new/expected.linux-5.1.log, 7 lines\n")
        #expect(try run("check", "one/new").status == 0)
    }

    @Test func aPredictionForAnotherGenerationIsNoted() throws {
        try scratch.write(try log, to: "Golden/one/plain/expected.linux-4.15.log")
        let result = try run("check", "one/plain")
        #expect(result.status == 1)
        #expect(
            result.output.contains("expected.linux-4.15.log is kept for a generation that the scenario does not name"))
        #expect(try run("accept", "one/plain").output.contains("+++ /dev/null"))
        #expect(try run("check", "one/plain").status == 0)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("Golden/one/plain/expected.linux-4.15.log")))
    }

    @Test func aPredictionThatWasEditedIsShownAsADiff() throws {
        try scratch.write(log.replacing("starting", with: "beginning"), to: "Golden/one/plain/expected.linux-5.5.log")
        let result = try run("check", "one/plain", "--diff")
        #expect(result.status == 1)
        #expect(result.output.contains("    -livepatch: 'fix': beginning patching transition\n"))
        #expect(result.output.contains("    +livepatch: 'fix': starting patching transition\n"))
    }

    /// A checkout may have other line ends.
    @Test func aPredictionWithOtherLineEndsIsNotTheSame() throws {
        try scratch.write(log.replacing("\n", with: "\r\n"), to: "Golden/one/plain/expected.linux-5.5.log")
        #expect(try run("check", "one/plain", "--diff").status == 1)
        #expect(try run("accept", "one/plain").status == 0)
        #expect(try run("check", "one/plain").status == 0)
    }

    @Test func acceptThatCannotWriteSaysSo() throws {
        try scratch.write(yaml(""), to: "Golden/one/new/scenario.yaml")
        try FileManager.default.createDirectory(
            atPath: scratch.path("Golden/one/new/expected.linux-5.5.log"), withIntermediateDirectories: true)
        usageError(try run("accept", "one/new"), "Golden/one/new/expected.linux-5.5.log")
    }

    // MARK: Where the output goes

    @Test func aReaderThatGoesAwayIsNoError() throws {
        for command in ["list", "check"] {
            let result = try run(command, output: .closed)
            #expect(result.status == 0 && result.errors.isEmpty, "\(command)")
        }
    }

    @Test func aReportThatCannotBeWrittenIsAnError() throws {
        for arguments in [["list"], ["check"], ["check", "--format", "ktap"]] {
            let result = try Program.run(["golden"] + arguments, in: scratch.root, output: .full)
            #expect(result.status == 2 && result.errors.contains("No space left"), "\(arguments)")
        }
    }

    @Test func ktapHasTheSameStatus() throws {
        let result = try run("check", "--format", "ktap")
        #expect(result.status == 0 && result.output.hasPrefix("KTAP version 1\n1..3\n"))
        #expect(try run("check", "one/plain", "--log", "-", "--format", "ktap", input: "hello\n").status == 3)
    }

    @Test func theListNamesCasesGenerationsAndRuns() throws {
        let result = try run("list", "one/plain")
        #expect(result.output == "one/plain\n    A livepatch is loaded.\n    linux-5.1 linux-5.5\n")
        #expect(try run().output == run("list").output)
    }
}
