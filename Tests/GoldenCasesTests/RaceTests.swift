import GoldenCases
import Livepatch
import Scenarios
import Testing
import Timeline

/// Where a scenario lets the next step follow at once, a kernel may be faster.
@Suite struct RaceTests {
    private let yaml = """
        summary: A second livepatch is loaded while the first is in transition.
        livepatches:
          - {name: a, objects: [{name: vmlinux}]}
          - {name: b, objects: [{name: vmlinux}]}
        steps:
          - load: a
            pending: true
          - load: b
        """

    private func check(_ log: String) throws -> LogCheck {
        let prediction = ScenarioPrediction(of: try ScenarioFile.read(yaml, name: "race"), name: "race")
        return try prediction.check(Source(text: log.utf8, name: "log", index: 0, needles: prediction.needles))
    }

    private func enable(_ patch: String) -> String {
        """
        livepatch: enabling patch '\(patch)'
        livepatch: 'PATCH': initializing patching transition
        livepatch: 'PATCH': starting patching transition
        livepatch: 'PATCH': completing patching transition
        livepatch: 'PATCH': patching complete

        """.replacing("PATCH", with: patch)
    }

    @Test func theSecondIsRefusedAsTheScenarioSays() throws {
        let check = try check(enable("a"))
        #expect(check.outcome == .passed)
        #expect(check.early.isEmpty)
    }

    /// Legal, but the second livepatch was not refused, which is what the scenario is about.
    @Test func theFirstMayBeCompleteBeforeAndThenNothingIsProved() throws {
        let check = try check(enable("a") + enable("b"))
        #expect(check.outcome == .inconclusive(.tooFast(step: 0)))
        #expect(check.early == [0])
    }

    @Test func theSecondMustNotBeEnabledMeanwhile() throws {
        let lines = (enable("a") + enable("b")).split(separator: "\n").map(String.init)
        let mixed = lines[..<3] + lines[5...] + lines[3..<5]
        #expect(try check(mixed.joined(separator: "\n")).outcome == .failed)
    }
}
