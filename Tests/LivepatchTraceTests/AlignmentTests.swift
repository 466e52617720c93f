import Conformance
import Foundation
import KernelLog
import Livepatch
import LivepatchTrace
import TestSupport
import Testing
import Timeline

/// Which traces and logs belong together, and how their clocks stand to each other.
struct AlignmentTests {
    private static let recordings = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "FtraceTests/Traces").path

    /// The traces that trace-cmd made in the boot of `trace-cmd.dmesg.txt`, and how far their clocks are ahead, in milliseconds: the
    /// clock `local` is read otherwise than printk's, `global` and `boot` are not.
    static let ofOneBoot: [(name: String, ahead: ClosedRange<Int64>)] = [
        ("callbacks-v7-zstd.dat.zst", 790...796), ("events-v6.dat.zst", 790...796), ("events-v7-zstd.dat", 0...1),
        ("scheduler-v6.dat.zst", 790...796), ("graph-v6.dat.zst", 790...796), ("function-v7.dat.zst", 790...796),
        ("instances-v7-zstd.dat.zst", 55...65), ("instances-v6.dat.zst", 55...65),
    ]

    @Test(arguments: ofOneBoot.map(\.name)) func theRunOfATraceIsFoundAmongSeveralOfTheSameTest(_ name: String) throws {
        let log = try contentOfFile("\(Recording.directory)/trace-cmd.dmesg.txt.zst")
        let alone = try analysis(log: log)
        let both = try analysis(log: log, traces: [contentOfFile("\(Self.recordings)/\(name)")])
        #expect(both.done == alone.done)
        #expect(both.verdict == alone.verdict)
        let alignment = try #require(both.traces.first?.alignment)
        let expected = try #require(Self.ofOneBoot.first { $0.name == name }).ahead
        let ahead = try #require(alignment.offset)
        #expect((expected.lowerBound * 1000...expected.upperBound * 1000).contains(ahead), "\(ahead)")
    }

    @Test func entriesOfEnablingAloneBearWitnessBesideTheLog() throws {
        let trace = try contentOfFile("\(Self.recordings)/stack-v7-zstd.dat.zst")
        let both = try analysis(log: contentOfFile("\(Recording.directory)/trace-cmd.dmesg.txt.zst"), traces: [trace])
        #expect(both.verdict == .conforms)
        #expect(both.traces.first?.alignment?.shared == 5)
        #expect(try analysis(traces: [trace]).verdict == .inconclusive)
    }

    @Test func allTracesOfABootAreOneEvidence() throws {
        let traces = try Self.ofOneBoot.map { try contentOfFile("\(Self.recordings)/\($0.name)") }
        let both = try analysis(log: contentOfFile("\(Recording.directory)/trace-cmd.dmesg.txt.zst"), traces: traces)
        #expect(both.verdict == .conforms)
        #expect(both.traces.count == traces.count)
        // Each is of its own run, however often the boot repeats it.
        for (expected, aligned) in zip(Self.ofOneBoot, both.traces.sorted { $0.trace.source < $1.trace.source }) {
            let ahead = try #require(aligned.alignment?.offset)
            let range = expected.ahead.lowerBound * 1000...expected.ahead.upperBound * 1000
            #expect(range.contains(ahead), "\(expected.name): \(ahead)")
        }
    }

    @Test(arguments: [
        "callbacks-v7-zstd", "events-v6", "events-v7-zstd", "scheduler-v6", "graph-v6", "function-v7",
        "instances-v7-zstd",
    ])
    func aBinaryTraceAndItsReportTellTheSame(_ name: String) throws {
        let directory = Self.recordings
        let compressed = "\(directory)/\(name).dat.zst"
        let path = FileManager.default.fileExists(atPath: compressed) ? compressed : "\(directory)/\(name).dat"
        let binary = try LivepatchTrace(bytes: contentOfFile(path), source: 0, recogniser: Recogniser())
        let text = try LivepatchTrace(
            bytes: contentOfFile("\(directory)/\(name).report.zst"), source: 0, recogniser: Recogniser())
        #expect(!binary.events.isEmpty)
        #expect(binary.events.map(\.event) == text.events.map(\.event))
        #expect(binary.events.map(\.evidence) == text.events.map(\.evidence))
        #expect(
            binary.events.map { $0.record.time.map { $0 / 1000 } }
                == text.events.map { $0.record.time.map { $0 / 1000 } })
        #expect(binary.steps.count == text.steps.count)
    }

    @Test func aTraceOfAnotherBootIsJudgedByItself() throws {
        let other = Recording(name: "forced")
        for trace in Recording.traces where trace.recording.name == "atomic-replace" {
            #expect(try evidence(log: other.log(), traces: [trace.bytes()]).count == 2)
            #expect(try evidence(log: other.log(), traces: [trace.functionsOnly()]).count == 2)
        }
    }

    private static let held = [
        "held-by-a-busy-thread", "held-by-a-kernel-thread", "held-by-a-process", "held-for-ever",
    ]

    private static func tasks(_ name: String) -> String {
        name == "held-for-ever" ? "tasks.txt.zst" : "trace-events.txt.zst"
    }

    @Test(arguments: held) func theSameDoneInAnotherBootIsNotTakenForThisOne(_ name: String) throws {
        let log = try Recording(name: name).log()
        for other in Self.held {
            let trace = try contentOfFile("\(Recording.directory)/\(other)/\(Self.tasks(other))")
            let sets = try evidence(log: log, traces: [trace])
            #expect(sets.count == (other == name ? 1 : 2), "\(other)")
            #expect(sets.allSatisfy { Analysis(of: $0).findings.isEmpty }, "\(other)")
        }
    }

    @Test func aTraceRatherGoesWithALogThatIsKeptBesideIt() throws {
        // All that this one shows is an enabling, which takes a moment in every boot.
        let log = try Recording(name: "held-for-ever").log()
        let later = String(decoding: log, as: UTF8.self).split(separator: "\n").map { line in
            let parts = line.dropFirst().split(separator: "] ", maxSplits: 1)
            guard parts.count == 2, let time = Double(parts[0].drop { $0 == " " }) else { return "\(line)\n" }
            return "[\(String(format: "%12.6f", time + 2))] \(parts[1])\n"
        }
        let logs = [log, Array(later.joined().utf8)].enumerated().map { index, text in
            Source(text: text, name: "\(index)", index: index, needles: Needles.all)
        }
        let bytes = try contentOfFile("\(Recording.directory)/held-for-ever/sched.txt.zst")
        let trace = try LivepatchTrace(bytes: bytes, source: 2, recogniser: Recogniser())
        for near in 0...1 {
            let sets = Evidence.sets(
                boots: logs.flatMap(\.boots), traces: [trace], by: Recogniser(), areTogether: { $0 == near && $1 == 2 })
            #expect(sets.map(\.traces.count) == (near == 0 ? [1, 0] : [0, 1]))
        }
    }

    @Test func aTraceOfAnotherKernelIsOfAnotherBoot() throws {
        let banner = { (release: String) in Array("[    0.000000] Linux version \(release) (gcc) #1 SMP\n".utf8) }
        let log = try contentOfFile("\(Recording.directory)/trace-cmd.dmesg.txt.zst")
        let trace = try contentOfFile("\(Self.recordings)/events-v6.dat.zst")
        let own = try #require(LivepatchTrace(bytes: trace, source: 0, recogniser: Recogniser()).kernelRelease)
        #expect(try evidence(log: banner(own) + log, traces: [trace]).count == 1)
        #expect(try evidence(log: banner("6.12.1") + log, traces: [trace]).count == 2)
    }

    @Test func aTraceGoesWithItsBootWhicheverStandsFirst() throws {
        let first = Recording(name: "double-reverse")
        let second = Recording(name: "stalled-then-reversed")
        let banner = Array("[    0.000000] Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org)\n".utf8)
        let log = try banner + first.log() + banner + second.log()
        for (index, recording) in [first, second].enumerated() {
            let trace = try contentOfFile("\(Recording.directory)/\(recording.name)/trace-events.txt.zst")
            let sets = try evidence(log: log, traces: [trace])
            #expect(sets.count == 2)
            #expect(sets.map(\.traces.count) == (index == 0 ? [1, 0] : [0, 1]))
        }
    }

    @Test func twoTracesOfARunAreOneBootWithoutALog() throws {
        let state = "\(Recording.directory)/test-state"
        let sets = try evidence(
            log: nil,
            traces: [contentOfFile("\(state)/trace-function.txt.zst"), contentOfFile("\(state)/trace-events.txt.zst")])
        #expect(sets.count == 1)
        #expect(sets.map { Analysis(of: $0).verdict } == [.conforms])
    }

    @Test func linesThatTheLogLacksTheTraceTells() throws {
        let seed = UInt64.random(in: 0...999_999)
        var random = SeededGenerator(seed: seed)
        for recording in Recording.withEvents where recording.name != "nosym" {
            let trace = try contentOfFile("\(Recording.directory)/\(recording.name)/trace-events.txt.zst")
            let whole = try analysis(log: recording.log())
            var lines = try recording.log().split(separator: UInt8(ascii: "\n"))
            // A quarter is enough to see whose log it is.
            lines.removeAll { _ in Int.random(in: 0..<4, using: &random) == 0 }
            let torn = Array(lines.joined(separator: [UInt8(ascii: "\n")])) + [UInt8(ascii: "\n")]
            let both = try analysis(log: torn, traces: [trace])
            #expect(both.done == whole.done, "seed \(seed), \(recording.name)")
            #expect(both.verdict == whole.verdict, "seed \(seed), \(recording.name)")
        }
    }

    @Test func aLogWithoutStampsIsPutBesideATraceByOrder() throws {
        let recording = Recording(name: "stalled-then-reversed")
        let bare = try String(decoding: recording.log(), as: UTF8.self).split(separator: "\n").map {
            String($0.split(separator: "] ", maxSplits: 1).last ?? "") + "\n"
        }
        let trace = try contentOfFile("\(Recording.directory)/\(recording.name)/trace-events.txt.zst")
        let both = try analysis(log: Array(bare.joined().utf8), traces: [trace])
        #expect(both.traces.first?.alignment?.offset == nil)
        #expect(both.done == (try analysis(log: recording.log())).done)
    }
}

/// The calls in which a trace shows events to lie.
struct SectionCallTests {
    private func calls(_ build: (inout HandMadeTrace) -> Void) throws -> [Int?] {
        var trace = HandMadeTrace()
        build(&trace)
        return try analysis(traces: [trace.bytes]).observations.map { $0.steps.first?.call }
    }

    private func enabling(_ trace: inout HandMadeTrace, _ patch: String, returns: Bool = true) {
        trace.enter("klp_enable_patch", "patch=\"\(patch)\"")
        trace.enter("klp_start_transition", "patch=\"\(patch)\" target=1")
        trace.enter("klp_start_transition", "patch=\"\(patch)\" target=1", task: "other-7")
        if returns { trace.leave("klp_enable_patch", "ret=0") }
    }

    @Test func whatATaskDoesBetweenEntryAndReturnIsOneCall() throws {
        #expect(try calls { enabling(&$0, "p") } == [0, nil])
        #expect(
            try calls {
                enabling(&$0, "p")
                enabling(&$0, "q")
            } == [0, nil, 1, nil])
    }

    @Test func withoutAReturnNothingTellsWhereItEnds() throws {
        #expect(try calls { enabling(&$0, "p", returns: false) } == [nil, nil])
    }

    @Test func anEntryIsACallOfItsOwnAlsoWithoutItsReturn() throws {
        var trace = HandMadeTrace()
        trace.enter("klp_complete_transition", "patch=\"p\" target=1")
        trace.enter("klp_complete_transition", "patch=\"p\" target=0")
        trace.enter("klp_free_patch_async", "patch=\"p\"")
        let analysis = try analysis(traces: [trace.bytes])
        #expect(analysis.observations.map { $0.steps.first?.call } == [0, 1, nil])
        #expect(analysis.findings.isEmpty)
        #expect(
            analysis.operations.map(\.operation) == [.completeTransition(patch: "p"), .completeTransition(patch: "p")])
    }

    @Test func aLineMayBeAnotherTasksWhereTheKernelIsNotKnown() throws {
        // Kernels before 5.19 trace a line when it goes to the console.
        #expect(
            try calls { trace in
                trace.enter("klp_enable_patch", "patch=\"p\"")
                trace.add("console: livepatch: 'q': patching complete")
                trace.leave("klp_enable_patch", "ret=0")
            } == [nil])
    }
}
