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
            "    unpatching took 3.26 s, begun as patching at dmesg.log:10, 70.862757 s; prepared in 66 ms before, waited 2.92 s in 4 rounds, "
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

    @Test func nothingConformsBesideATraceThatIsCut() throws {
        let whole = try contentOfFile("\(Recording.directory)/../../FtraceTests/Traces/events-v7-zstd.dat")
        let report = try report(log: Recording(name: "forced").log(), trace: Array(whole.prefix(300_000)))
        #expect(report.boots.first.map(report.verdict(of:)) == .conforms)
        #expect(report.verdict == .inconclusive)
        #expect(TextReport(report).text.hasSuffix("\nall together: inconclusive\n"))
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

    @Test func theLoadersFaultsHaveTheirWords() throws {
        var trace = HandMadeTrace()
        trace.enable("p")
        trace.complete("p", target: 1)
        trace.add("sys_finit_module(fd: 3, uargs: 55d0, flags: 0)", task: "modprobe-400")
        trace.come("m", applying: ["p"])
        trace.leave("klp_module_coming", "ret=-19", task: "modprobe-400")
        trace.add("module_load: m E", task: "modprobe-400")
        trace.add("sys_finit_module -> 0x0", task: "modprobe-400")
        trace.add("sys_finit_module(fd: 3, uargs: 55d0, flags: 0)", task: "insmod-401")
        trace.add("module_load: q EK", task: "insmod-401")
        trace.enter("klp_enable_patch", "patch=\"q\"", task: "insmod-401")
        trace.leave("klp_enable_patch", "ret=-22", task: "insmod-401")
        trace.add("sys_finit_module -> 0x0", task: "insmod-401")
        trace.add("sys_delete_module(name_user: 55d0, flags: 800)", task: "rmmod-300")
        trace.add("sys_delete_module -> 0xfffffffffffffff5", task: "rmmod-300")
        let text = try text(log: nil, trace: trace.bytes)
        for line in [
            "error[KLP-L036]: 'm' was loaded although klp_module_coming returned -ENODEV",
            "warning[KLP-L036]: the module of 'q' stays loaded although klp_enable_patch returned -EINVAL",
            "  delete_module by rmmod:300 returned -EAGAIN (line 25, 100.900220 s): 'p' was in use",
        ] { #expect(text.contains(line + "\n"), "\(line) is not in \(text)") }
    }

    @Test func whoKeepsATransitionIsSaidWithPlaces() throws {
        let held = "\(Recording.directory)/held-by-a-kernel-thread"
        let contents = try ["trace-events", "sched"].map { try contentOfFile("\(held)/\($0).txt.zst") }
        let sources = contents.indices.map {
            Source(text: contents[$0], name: ["trace.txt", "sched.txt"][$0], index: $0, needles: Needles.all)
        }
        let traces = try contents.enumerated().map { index, bytes in
            try LivepatchTrace(bytes: bytes, source: index, recogniser: Recogniser())
        }
        let boots = Evidence.sets(boots: [], traces: traces, by: Recogniser()).map { Analysis(of: $0) }
        let report = Report(sources: sources, boots: boots)
        let text = TextReport(report).text
        for line in [
            "      kept by hold_kthread:164: sleeping in hold_sleep_long, 9 rounds; asleep, deaf to signals (D) since "
                + "sched.txt:63, 8.222083 s; switched by the round at trace.txt:1481, 18.206118 s",
            "      kept by swapper/1:0: running, 1 round; switched itself at trace.txt:230, 8.625276 s",
        ] { #expect(text.contains(line + "\n"), "\(line)") }
        let json = JSONLinesReport(report, includesEvents: false).text
        #expect(
            json.contains(
                "{\"function\":\"hold_sleep_long\",\"reason\":\"sleeping\",\"rounds\":9,\"state\":\"D\","
                    + "\"switched\":\"round\",\"switched_at\":18.206118,\"task\":\"hold_kthread:164\"}"))
        // Without the tries, whoever switched last is the suspect.
        let process = try contentOfFile("\(Recording.directory)/held-by-a-process/sched.txt.zst")
        #expect(
            try self.text(log: nil, trace: process).contains(
                "      last to switch itself: holder:120, 6.65 s after the start, at line 398, 24.779805 s\n"))
    }

    @Test func programsReadRefusalsOfWhichNoLineTells() throws {
        let text = JSONLinesReport(try report(log: Self.busy.log(), trace: busyTrace()), includesEvents: false).text
        let refusal = try #require(text.split(separator: "\n").first { $0.contains("\"type\":\"refusal\"") })
        #expect(refusal.contains("\"number\":-16") && refusal.contains("\"name\":\"klp_x_a\""))
        #expect(refusal.contains("\"source\":\"trace.txt\"") && refusal.contains("\"line\":108"))
    }

    @Test func aFaultThatTwoTracesShowIsSaidOnce() throws {
        var trace = HandMadeTrace()
        trace.enable("p")
        // Every function of the API is traced. At the end a variable is found that was freed.
        for (function, result) in [
            ("get", 0), ("get_or_alloc", 0x20000), ("free", 0), ("get", 0), ("alloc", 0x30000), ("free_all", 0),
            ("get", 0x30000),
        ] {
            let object = function == "free_all" ? "" : "obj=0xffff888004a10000 "
            trace.enter("klp_shadow_\(function)", "\(object)id=1\(function.contains("alloc") ? " size=8" : "")")
            let data = result == 0 ? "0x0" : "0xffff888004a\(String(result, radix: 16))"
            trace.leave("klp_shadow_\(function)", "ret=\(data)")
        }
        trace.complete("p", target: 1)
        let once = try analysis(traces: [trace.bytes]).findings
        #expect(!once.isEmpty)
        #expect(try analysis(traces: [trace.bytes, trace.bytes]).findings.map(\.rule) == once.map(\.rule))
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
