import Reports
import TestSupport
import Testing

@Suite("What of livepatch a trace records, and what is missing")
struct TraceCoverageTests {
    private static let traces =
        #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/FtraceTests/Traces"

    /// The lines about livepatch of a trace among the tests.
    private func coverage(_ name: String) -> [String] { Self.coverage(path: "\(Self.traces)/\(name)") }

    private static func coverage(path: String) -> [String] {
        Array(TraceInspection(path: path).lines.drop { $0 != "  of livepatch:" })
    }

    private func coverage(text: String) throws -> [String] {
        let scratch = Scratch()
        defer { scratch.remove() }
        try scratch.write("# tracer: nop\n#\n" + text, to: "trace.txt")
        return Self.coverage(path: scratch.path("trace.txt"))
    }

    @Test(arguments: [
        ("events-v7-zstd.dat", "inspect-trace-dat.txt"), ("Text/tracefs/callbacks.txt", "inspect-text-trace.txt"),
    ])
    func whatIsRecordedIsGroupedAndWhatIsMissingHasItsCommands(_ trace: String, _ snapshot: String) throws {
        let text = coverage(trace).joined(separator: "\n") + "\n"
        #expect(try text == Snapshot.text(snapshot, updatingTo: text))
    }

    @Test func aTraceOfNothingOfLivepatchGetsAllCommandsInFewLines() {
        #expect(coverage("Text/lost/overwritten.txt").count <= 25)
    }

    @Test func onlyWhatIsMissingGetsACommand() {
        let commands = coverage("events-v7-zstd.dat").filter { $0.contains(">> /sys/kernel/tracing/kprobe_events") }
        #expect(commands.count == 1)
        #expect(
            commands.allSatisfy { $0.contains("klp_try_switch_task") && !$0.contains("klp_enable_patch") })
    }

    @Test func functionTracersRecordEntriesAndReturnsButNoResults() {
        let lines = coverage("graph-v6.dat.zst")
        #expect(lines.contains { $0.hasPrefix("    modules and objects: 1 klp_module_coming, 1 klp_module_going") })
        let text = coverage("Text/tracefs/graph.txt")
        #expect(text.contains { $0.hasPrefix("    transitions that begin, turn or are forced: 1 klp_enable_patch, ") })
        #expect(text.contains { $0.hasPrefix("    results: not seen: return of klp_enable_patch, ") })
    }

    @Test func aProbeIsKnownByItsFunctionWhateverItIsCalled() throws {
        let lines = try coverage(
            text: """
                      insmod-102     [001] .....   118.151857: fix: (klp_enable_patch+0x0/0x3e0) x=1
                      insmod-102     [001] .....   118.151858: fix: (klp_enable_patch+0x4/0x3e0) x=1
                      insmod-102     [001] .....   118.151859: fix: (klp_init_transition.constprop.0+0x0/0x3e0) x=1
                      insmod-102     [001] .....   118.151860: klp_start_transition: (klp_start_transition+0x77/0x3e0)
                      insmod-102     [001] .....   118.151861: done: (init_module+0x10/0x1000 [fix] <- klp_enable_patch) ret=0
                      insmod-102     [001] .....   118.151862: klp_cancel_transition: (do_exit+0x0/0x3e0)
                      insmod-102     [001] .....   118.151863: print: (klp_force_transition+0x0/0x3e0)

                """)
        #expect(
            lines.dropFirst().first
                == "    transitions that begin, turn or are forced: 2 klp_enable_patch, 1 klp_init_transition; not seen: "
                + "klp_start_transition, klp_reverse_transition, klp_cancel_transition, klp_force_transition")
        #expect(lines.contains { $0.hasPrefix("    results: 1 return of klp_enable_patch; ") })
    }

    @Test func withoutSymbolsTheProbesNameHasToDo() throws {
        let lines = try coverage(
            text: """
                      insmod-102     [001] .....   118.151857: p_klp_enable_patch_0: (ffffffff8cd3f390) x=1
                      insmod-102     [001] .....   118.151858: klp_enable_patch_ret: (ffffffff8cd3f390 <- ffffffff8cd3f400) x=1
                      insmod-102     [001] .....   118.151859: klp_patch_object__return: (ffffffff8cd3f390 <- ffffffff8cd3f400) x=1

                """)
        #expect(lines.contains { $0.hasPrefix("    transitions that begin, turn or are forced: 1 klp_enable_patch; ") })
        #expect(
            lines.contains { $0.hasPrefix("    results: 1 return of klp_enable_patch, 1 return of klp_patch_object; ") }
        )
    }

    /// A trace of the function tracer alone.
    private func functions(_ kernel: String) -> [String] {
        Self.coverage(
            path: "\(Self.traces)/../../LivepatchTraceTests/Recordings/quiet-callbacks-\(kernel)/function.dat.zst")
    }

    @Test func functionsWithoutArgumentsAreAskedForAgain() {
        let lines = functions("6.1")
        #expect(lines.contains { $0.contains("without arguments: klp_enable_patch, klp_init_transition, ") })
        #expect(lines.contains { $0.contains("'p:klp/klp_enable_patch klp_enable_patch patch=") })
        #expect(!coverage("events-v6.dat.zst").contains { $0.contains("without arguments: klp") })
    }

    @Test func aKernelIsAskedForWhatItTakes() {
        // 6.1's probes know no field of a struct by its name, 6.12's do.
        let old = functions("6.1")
        #expect(old.contains { $0.contains("klp_try_switch_task task=$arg1:x64'") })
        #expect(!old.contains { $0.contains("task->comm") || $0.contains("Before Linux 5.15") })
        let new = functions("6.12")
        #expect(new.contains { $0.contains("klp_try_switch_task comm=task->comm:string pid=task->pid:s32'") })
        #expect(!new.contains { $0.contains("PLACE") || $0.contains("Before Linux 5.15") })
    }

    @Test func aTextDoesNotSayOfWhichKernelItIs() {
        let lines = coverage("Text/tracefs/graph.txt")
        #expect(lines.contains { $0.contains("klp_try_switch_task comm=task->comm:string") })
        #expect(lines.contains { $0.contains("need BTF, and Linux 6.6; before, write ") })
        #expect(lines.contains { $0.contains("Before Linux 5.15 leave out") })
    }
}
