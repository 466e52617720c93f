import Conformance
import Livepatch
import LivepatchTrace
import TestSupport
import Testing

/// What the module loader returns to user space, held against what livepatch told it.
struct ModuleCallTests {
    private func judged(_ build: (inout HandMadeTrace) -> Void) throws -> Analysis {
        var trace = HandMadeTrace()
        build(&trace)
        return try analysis(traces: [trace.bytes])
    }

    private func enabled(_ trace: inout HandMadeTrace) {
        trace.enable("p")
        trace.complete("p", target: 1)
    }

    @Test func aRefusedRemovalSaysWhatWasInUse() throws {
        let analysis = try judged { trace in
            enabled(&trace)
            trace.add("sys_delete_module(name_user: 55d0, flags: 800)", task: "rmmod-300")
            trace.add("sys_delete_module -> 0xfffffffffffffff5", task: "rmmod-300")
        }
        #expect(analysis.refusedModuleCalls.map(\.errno) == [-11])
        #expect(analysis.refusedModuleCalls.map(\.task) == ["rmmod:300"])
        #expect(analysis.refusedModuleCalls.map(\.module) == [nil])
        #expect(analysis.refusedModuleCalls.map(\.inUse) == [["p"]])
        #expect(analysis.findings.isEmpty)
    }

    @Test func whatIsNotAboutLivepatchesIsNotReported() throws {
        let analysis = try judged { trace in
            enabled(&trace)
            // Newer kernels record the name.
            trace.add("sys_delete_module(name_user: 55d0 \"ext4\", flags: 800)", task: "rmmod-300")
            trace.add("sys_delete_module -> 0xfffffffffffffff5", task: "rmmod-300")
            trace.add("sys_finit_module(fd: 3, uargs: 55d0, flags: 0)", task: "modprobe-301")
            trace.add("module_load: ext4 E", task: "modprobe-301")
            trace.add("sys_finit_module -> 0xffffffffffffffed", task: "modprobe-301")
            // A removal that succeeds.
            trace.add("sys_delete_module(name_user: 55d0 \"p\", flags: 800)", task: "rmmod-302")
            trace.add("sys_delete_module -> 0x0", task: "rmmod-302")
        }
        #expect(analysis.refusedModuleCalls.isEmpty)
        #expect(analysis.findings.isEmpty)
    }

    @Test func aFailureThatLivepatchExplainsIsNotToldTwice() throws {
        let analysis = try judged { trace in
            enabled(&trace)
            trace.disable("p")
            trace.add("sys_finit_module(fd: 3, uargs: 55d0, flags: 0)", task: "insmod-400")
            trace.add("module_load: q EK", task: "insmod-400")
            trace.enter("klp_enable_patch", "patch=\"q\"", task: "insmod-400")
            trace.leave("klp_enable_patch", "ret=-16", task: "insmod-400")
            trace.add("sys_finit_module -> 0xfffffffffffffff0", task: "insmod-400")
        }
        #expect(analysis.refusedModuleCalls.isEmpty)
        #expect(analysis.tracedRefusals.map(\.patch) == ["q"])
        #expect(analysis.findings.isEmpty)
    }

    @Test(arguments: [("m", 0), ("m", -19), ("n", 0)])
    func aModuleThatLivepatchRefusedIsNotLoaded(_ loaded: String, _ result: Int) throws {
        let analysis = try judged { trace in
            enabled(&trace)
            trace.add("sys_finit_module(fd: 3, uargs: 55d0, flags: 0)", task: "modprobe-400")
            trace.come("m", applying: ["p"])
            trace.leave("klp_patch_object", "ret=-19", task: "modprobe-400")
            trace.leave("klp_module_coming", "ret=-19", task: "modprobe-400")
            // Of another module it is if somebody stopped tracing for a while.
            if result == 0 { trace.add("module_load: \(loaded) E", task: "modprobe-400") }
            trace.add(
                "sys_finit_module -> 0x\(String(UInt64(bitPattern: Int64(result)), radix: 16))", task: "modprobe-400")
        }
        let faults = analysis.findings.filter { $0.subject == .trace(.loadedAlthoughRefused(module: "m", errno: -19)) }
        #expect(faults.map(\.rule) == (result == 0 && loaded == "m" ? [.resultTellsOutcome] : []))
        #expect(faults.allSatisfy { $0.severity == .error })
    }

    @Test(arguments: [0, -22]) func aLivepatchThatCouldNotBeEnabledShouldNotStay(_ result: Int) throws {
        let analysis = try judged { trace in
            enabled(&trace)
            trace.add("sys_finit_module(fd: 3, uargs: 55d0, flags: 0)", task: "insmod-400")
            trace.add("module_load: q EK", task: "insmod-400")
            trace.enter("klp_enable_patch", "patch=\"q\"", task: "insmod-400")
            trace.leave("klp_enable_patch", "ret=-22", task: "insmod-400")
            trace.add(
                "sys_finit_module -> 0x\(String(UInt64(bitPattern: Int64(result)), radix: 16))", task: "insmod-400")
        }
        let faults = analysis.findings.filter { $0.subject == .trace(.staysLoaded(patch: "q", errno: -22)) }
        #expect(faults.map(\.severity) == (result == 0 ? [.warning] : []))
        #expect(analysis.verdict == .conforms)
    }

    @Test func whereEventsWereLostTwoCallsMayLookLikeOne() throws {
        let analysis = try judged { trace in
            enabled(&trace)
            trace.add("sys_finit_module(fd: 3, uargs: 55d0, flags: 0)", task: "insmod-400")
            trace.enter("klp_enable_patch", "patch=\"q\"", task: "insmod-400")
            trace.leave("klp_enable_patch", "ret=-22", task: "insmod-400")
            trace.lose()
            trace.add("sys_finit_module -> 0x0", task: "insmod-400")
        }
        #expect(analysis.findings.isEmpty)
    }

    @Test func callsOfTwoTasksAreKeptApart() throws {
        let analysis = try judged { trace in
            enabled(&trace)
            trace.add("sys_finit_module(fd: 3, uargs: 55d0, flags: 0)", task: "insmod-400")
            trace.add("sys_finit_module(fd: 3, uargs: 55d0, flags: 0)", task: "modprobe-401")
            trace.enter("klp_enable_patch", "patch=\"q\"", task: "insmod-400")
            trace.leave("klp_enable_patch", "ret=-22", task: "insmod-400")
            trace.add("sys_finit_module -> 0x0", task: "modprobe-401")
            trace.add("sys_finit_module -> 0xffffffffffffffea", task: "insmod-400")
        }
        #expect(analysis.findings.isEmpty)
    }
}
