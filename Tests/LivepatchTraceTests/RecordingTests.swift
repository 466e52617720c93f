import Conformance
import Livepatch
import LivepatchTrace
import Testing

/// Logs and traces of real runs, each alone and together.
struct RecordingTests {
    static let withArguments = Recording.traces.filter { $0.hasArguments && !$0.isRaw }
    static let withoutArguments = Recording.traces.filter { !$0.hasArguments }

    @Test(arguments: withArguments) func aTraceWithTheKernelsLinesSaysAloneWhatTheLogSays(_ trace: RecordedTrace) throws
    {
        let log = try analysis(log: trace.recording.log())
        let alone = try analysis(traces: [trace.bytes()])
        #expect(alone.verdict == log.verdict)
        #expect(alone.done == log.done)
        #expect(alone.findings.map(\.rule) == log.findings.map(\.rule))
    }

    @Test(arguments: withArguments) func aTraceBesideItsLogAddsNothingToWhatWasDone(_ trace: RecordedTrace) throws {
        let log = try analysis(log: trace.recording.log())
        let both = try analysis(log: trace.recording.log(), traces: [trace.bytes()])
        #expect(both.verdict == log.verdict)
        #expect(both.done == log.done)
        let alignment = try #require(both.traces.first?.alignment)
        // Some logs begin with the boot, and their traces with the run.
        let covered = both.observations.filter { $0.record.place.source == 0 }.drop { $0.witnesses.isEmpty }
        #expect(alignment.shared >= covered.count)
        #expect(covered.count + 2 >= log.observations.count)
        // The trace's clock is a second ahead, to the millisecond the same all along; with the option context-info off there is none.
        #expect(alignment.spread < 15_000)
        for observation in covered {
            #expect(!observation.witnesses.isEmpty, "\(observation.record.message)")
        }
    }

    @Test(arguments: withArguments) func functionsAloneViolateNothing(_ trace: RecordedTrace) throws {
        let log = try analysis(log: trace.recording.log())
        let functions = try analysis(traces: [trace.functionsOnly()])
        #expect(functions.findings.allSatisfy { $0.severity != .error })
        // No function is traced that signals tasks or refuses a livepatch as incompatible; how a failure came about shows in results only.
        var shown = log.done.filter { $0 != .signal && !$0.isRefusal }
        // Without ftrace (kernel.ftrace_enabled = 0) no probe on a function's entry is hit, and no livepatch can be enabled.
        if trace.recording.name == "test-ftrace" { shown.removeFirst() }
        #expect(functions.done.map(\.withoutOutcome) == shown.map(\.withoutOutcome))
    }

    @Test(arguments: withArguments) func functionsBesideALogAddNothingToWhatWasDone(_ trace: RecordedTrace) throws {
        let log = try analysis(log: trace.recording.log())
        let sets = try evidence(log: trace.recording.log(), traces: [trace.functionsOnly()])
        let both = Analysis(of: sets[0])
        #expect(both.verdict == log.verdict)
        #expect(both.done == log.done)
        #expect(sets.count == 1 || log.operations.isEmpty)
    }

    @Test(arguments: withoutArguments) func aTraceWithoutArgumentsSaysThatItCannotTell(_ trace: RecordedTrace) throws {
        let alone = try analysis(traces: [trace.bytes()])
        #expect(alone.verdict == .inconclusive)
        #expect(alone.findings.isEmpty)
        #expect(alone.traces.first?.nameless.isEmpty == false)
    }

    @Test(arguments: withoutArguments) func aTraceWithoutArgumentsBearsWitnessBesideTheLog(_ trace: RecordedTrace)
        throws
    {
        let log = try analysis(log: trace.recording.log())
        let both = try analysis(log: trace.recording.log(), traces: [trace.bytes()])
        #expect(both.verdict == .conforms)
        #expect(both.done == log.done)
        #expect(both.traces.first?.nameless.isEmpty == true)
        #expect(both.observations.contains { !$0.witnesses.isEmpty })
    }

    @Test(arguments: Recording.all) func allTracesOfARunAreOneBootWithItsLog(_ recording: Recording) throws {
        let traces = try Recording.traces.filter { $0.recording.name == recording.name && !$0.isRaw }.map {
            try $0.bytes()
        }
        let log = try analysis(log: recording.log())
        let all = try analysis(log: recording.log(), traces: traces)
        #expect(all.verdict == log.verdict)
        #expect(all.done == log.done)
    }

    @Test func aRawTraceSaysThatItIsOne() throws {
        for trace in Recording.traces where trace.isRaw {
            let alone = try LivepatchTrace(bytes: trace.bytes(), source: 0, recogniser: Recogniser())
            #expect(alone.isRaw && alone.events.isEmpty)
        }
    }
}

extension Livepatch.Operation {
    var isRefusal: Bool { if case .refuseEnable = self { true } else { false } }

    /// The operation; of one that failed, not how.
    var withoutOutcome: Livepatch.Operation {
        switch self {
        case .enable(let patch, let outcome) where outcome != .started: .enable(patch: patch, outcome: .failed)
        case .moduleComing(let module, let outcome) where outcome != .applied:
            .moduleComing(module: module, outcome: .initializeFailed(patch: ""))
        default: self
        }
    }
}
