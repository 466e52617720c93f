import GoldenCases
import Livepatch
import Testing

/// Which part of a log is the test's.
@Suite struct WindowTests {
    private let log: PredictedLog
    private let fault = "livepatch: enabling patch 'other'"
    private let banner = "[    0.000000] Linux version 6.1.0 (x@y) #1 SMP"

    init() throws {
        log = try PredictedLog(
            """
            summary: A livepatch is loaded.
            test: plain
            livepatches:
              - {name: fix, objects: [{name: vmlinux}]}
            steps:
              - load: fix
            """)
    }

    private func heading(_ name: String) -> String { "===== TEST: \(name) =====" }

    private func outcome(_ beginning: Window.Beginning, _ edit: (inout [String]) -> Void) throws -> LogCheck.Outcome {
        try log.check(at: beginning, edit).outcome
    }

    @Test func theLastOfTwoCanariesCounts() throws {
        let canary = Window.Beginning.canary("canary 17")
        #expect(try outcome(canary) { $0 = ["canary 17", fault, "canary 17"] + $0 } == .passed)
        #expect(try outcome(canary) { $0 = ["canary 17", fault] + $0 } == .failed)
        #expect(try outcome(canary) { $0 = ["canary 17"] + $0 + ["canary 17"] } == .inconclusive(.nothingSeen))
    }

    @Test func theTestIsInTheBootOfTheCanary() throws {
        let canary = Window.Beginning.canary("canary 17")
        #expect(try outcome(canary) { $0 = ["canary 17"] + $0 + [banner, fault] } == .passed)
        #expect(try outcome(canary) { $0 = ["canary 17", banner] + $0 } == .inconclusive(.nothingSeen))
        #expect(try outcome(canary) { $0 = [banner] + $0 } == .inconclusive(.windowLost))
    }

    @Test func theHeadingOfTheNextTestEndsTheTest() throws {
        let plain = Window.Beginning.heading("plain")
        #expect(try outcome(plain) { $0 = [heading("plain")] + $0 + [heading("next"), fault] } == .passed)
        #expect(try outcome(plain) { $0 = [heading("plain")] + $0 + [fault, heading("next")] } == .failed)
    }

    @Test func theLastTestOfTheNameCounts() throws {
        let plain = Window.Beginning.heading("plain")
        #expect(try outcome(plain) { $0 = [heading("plain"), fault, heading("plain")] + $0 } == .passed)
    }

    @Test func theLinesOfOtherTestsAreNoneOfThisOne() throws {
        let plain = Window.Beginning.heading("plain")
        #expect(try outcome(plain) { $0 = [heading("other")] + $0 } == .inconclusive(.windowLost))
        #expect(try outcome(.heading(nil)) { $0 = [heading("first"), fault, heading("last")] + $0 } == .passed)
        #expect(try outcome(plain) { _ in } == .passed)
    }

    @Test func aLogWithoutAnyLineOfATestHasNone() throws {
        #expect(try outcome(.heading("plain")) { $0 = ["nothing"] } == .inconclusive(.nothingSeen))
        #expect(try outcome(.heading("plain")) { $0 = [] } == .inconclusive(.nothingSeen))
        #expect(try outcome(.canary("x")) { $0 = [] } == .inconclusive(.windowLost))
    }
}
