import Conformance
import Foundation
import Livepatch
import LivepatchTrace
import TestSupport
import Testing

/// Traces of what kernels do and of what recorders miss, put together line by line: each of them led to a wrong answer once.
struct HandWrittenTests {
    private static let directory =
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "HandWritten").path

    static let names =
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).filter { $0.hasSuffix(".txt.zst") }
        .map { String($0.dropLast(".txt.zst".count)) }.sorted()

    private func judged(_ name: String) throws -> Analysis {
        try analysis(traces: [contentOfFile("\(Self.directory)/\(name).txt.zst")])
    }

    @Test(arguments: names) func whatIsLegalViolatesNothing(_ name: String) throws {
        let analysis = try judged(name)
        #expect(analysis.findings.filter { $0.severity == .error }.map(\.rule) == [])
        #expect(analysis.hasOperations)
    }

    @Test func aDepthBeyondAllNumbersIsRead() throws {
        #expect(try analysis(traces: [contentOfFile("\(Self.directory)/depth-of-eight-bytes.dat.zst")]).hasOperations)
    }

    @Test func thereAreSuchTraces() { #expect(Self.names.count >= 18) }

    /// Who held the first transition that was held up.
    private func blocker(_ name: String) throws -> Blocker {
        let transitions = try judged(name).histories.flatMap(\.transitions)
        return try #require(transitions.lazy.compactMap(\.blockers.first).first)
    }

    @Test func anAddressThatIsUsedAgainIsAnotherTask() throws {
        #expect(try blocker("address-used-again").task == "task 0xffff888003a51a00")
    }

    @Test func aReversalAsksTheSameTasksAgain() throws {
        let blocker = try blocker("refused-in-both-directions")
        #expect(blocker.count == 43)
        #expect(blocker.reason == .unreliableStack)
    }

    @Test func theReasonIsThatOfTheLastRound() throws {
        #expect(try blocker("reason-that-changes").reason == .untold)
    }

    @Test func whatAThreadTriesItselfIsNoRound() throws {
        #expect(try judged("thread-tries-itself").histories.flatMap(\.transitions).allSatisfy { $0.blockers.isEmpty })
    }

    @Test func aMachineThatStoodStillGoesOnWithTheSameTransition() throws {
        #expect(try blocker("pause-between-rounds").count == 33)
    }

    @Test func theSignalThatMadeItLeaveCounts() throws {
        #expect(try blocker("signals").signal?.number == 15)
        #expect(try blocker("signals").signal?.sender == "sh:108")
    }

    @Test func thousandsOfRefusedTasksAreNoBurden() throws {
        var trace = HandMadeTrace()
        trace.enable("p")
        for pid in 1001...21_000 {
            trace.enter("klp_try_switch_task", "comm=\"worker\" pid=\(pid)", after: 1)
            trace.leave("klp_try_switch_task", "ret=0")
        }
        let clock = ContinuousClock()
        let transition = try #require(try analysis(traces: [trace.bytes]).histories.first?.transitions.first)
        #expect(transition.blockers.count == 20_000)
        // All of it in much less than what one comparison of each with each takes.
        let time = try clock.measure { _ = try analysis(traces: [trace.bytes]) }
        #expect(time < .seconds(60))
    }
}
