import Conformance
import FoundationEssentials
import Livepatch
import LivepatchTrace
import Reports
import TestSupport
import Testing
import Timeline

/// What a person and a program read of traces.
struct ReportTests {
    private func report(log: [UInt8]?, trace: [UInt8]) throws -> Report {
        let names = (log == nil ? [] : ["dmesg.log"]) + ["trace.txt"]
        let contents = [log, trace].compactMap { $0 }
        let sources = names.indices.map {
            Source(text: contents[$0], name: names[$0], index: $0, needles: Needles.all)
        }
        let boots = try evidence(log: log, traces: [trace]).map { Analysis(of: $0) }
        return Report(sources: sources, boots: boots)
    }

    private func text(log: [UInt8]?, trace: [UInt8]) throws -> String {
        TextReport(try report(log: log, trace: trace)).text
    }

    private static let busy = Recording(name: "enable-during-transition")
    private func busyTrace() throws -> [UInt8] {
        try contentOfFile("\(Recording.directory)/\(Self.busy.name)/trace-events.txt.zst")
    }

    @Test func clocksRefusalsAndPhasesAreSaidWithTheirPlaces() throws {
        let text = try text(log: Self.busy.log(), trace: busyTrace())
        for line in [
            "dmesg.log and trace.txt: conforms (3 operations)",
            "  trace trace.txt: its clock is 0.289747 s ahead of the log's, within 143 us; 23 events in both",
            "    unpatching took 3.26 s, begun at dmesg.log:10, 70.862757 s; prepared in 66 ms, waited 2.92 s in 4 rounds, "
                + "completed in 346 ms, 4 tasks switched on their own, reversed",
            "  klp_enable_patch of 'klp_x_a' returned -EBUSY (trace.txt:108, 72.181033 s): 'test_klp_callbacks_demo' was in "
                + "transition since dmesg.log:10, 70.862757 s",
        ] { #expect(text.contains(line + "\n"), "\(line)") }
    }

    @Test func aFindingIsCitedFromBothSources() throws {
        let swapped = { (bytes: [UInt8]) in
            Array(
                String(decoding: bytes, as: UTF8.self)
                    .replacing("completing unpatching transition", with: "completing patching transition").utf8)
        }
        let text = try text(log: swapped(Self.busy.log()), trace: swapped(busyTrace()))
        #expect(text.contains("error[KLP-T005]"))
        #expect(text.contains("\n  --> dmesg.log:"))
        #expect(text.contains("\n  and trace.txt:"))
    }

    @Test func functionsWithoutArgumentsAreCountedAndAdviceIsGiven() throws {
        let text = try text(log: nil, trace: contentOfFile("\(Recording.directory)/test-state/trace-function.txt.zst"))
        #expect(text.hasPrefix("trace.txt: inconclusive (0 operations)\n"))
        #expect(text.contains(" that were traced without arguments (11 of klp_complete_transition, 11 of klp_init_"))
        #expect(text.contains("'klp-verify inspect' says which probes do"))
    }

    @Test func aTraceOfSomethingElseSaysSo() throws {
        var other = HandMadeTrace()
        other.add(
            "sched_switch: prev_comm=a prev_pid=1 prev_prio=120 prev_state=S ==> next_comm=b next_pid=2 next_prio=120")
        #expect(
            try text(log: nil, trace: other.bytes)
                == "trace.txt: nothing of livepatch in this trace; 'klp-verify inspect' says which probes are missing\n"
        )
    }

    @Test func aTraceThatIsCutSaysWhere() throws {
        let whole = try contentOfFile("\(Recording.directory)/../../FtraceTests/Traces/events-v7-zstd.dat")
        let text = try text(log: nil, trace: Array(whole.prefix(300_000)))
        #expect(text.hasPrefix("trace.txt: damaged ("))
        #expect(text.contains("nothing of livepatch in what could be read"))
    }

    @Test func everyFaultHasItsWords() throws {
        var trace = HandMadeTrace()
        trace.enable("p", result: -22)
        trace.complete("p", target: 1)
        trace.enter("klp_enable_patch", "patch=\"q\" replace=0")
        trace.leave("klp_enable_patch", "ret=-16")
        trace.free("p")
        let text = try text(log: nil, trace: trace.bytes)
        for title in [
            "error[KLP-L027]: the module of 'p' is given up while the livepatch is in use",
            "error[KLP-L036]: klp_enable_patch of 'p' returned -EINVAL, which its line contradicts (starting)",
            "error[KLP-L037]: klp_enable_patch of 'q' returned -EBUSY, and no livepatch was in transition",
        ] { #expect(text.contains(title + "\n"), "\(title)") }
    }

    private struct Line: Decodable {
        struct Trace: Decodable {
            let source: String
            let events_in_both: Int
            let clock_ahead_seconds: Double
        }
        struct Witness: Decodable { let source: String }
        let type: String
        let traces: [Trace]?
        let witnesses: [Witness]?
    }

    @Test func programsReadHowATraceWasPutBesideALog() throws {
        let text = JSONLinesReport(try report(log: Self.busy.log(), trace: busyTrace()), includesEvents: true).text
        let lines = try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        let trace = try #require(lines.first { $0.type == "verdict" }?.traces?.first)
        #expect(trace.source == "trace.txt")
        #expect(trace.events_in_both == 23)
        #expect(abs(trace.clock_ahead_seconds - 0.289747) < 0.000001)
        #expect(lines.contains { $0.type == "event" && $0.witnesses?.contains { $0.source == "trace.txt" } == true })
    }
}
