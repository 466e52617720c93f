import Conformance
import Livepatch
import LivepatchTrace
import ReferenceEngine
import Testing

/// What only a trace shows to be wrong, each beside what is right.
struct FaultTests {
    private func findings(_ build: (inout HandMadeTrace) -> Void) throws -> [RuleID] {
        var trace = HandMadeTrace()
        build(&trace)
        return try analysis(traces: [trace.bytes]).findings.filter { $0.severity == .error }.map(\.rule)
    }

    private func judged(_ build: (inout HandMadeTrace) -> Void) throws -> Analysis {
        var trace = HandMadeTrace()
        build(&trace)
        return try analysis(traces: [trace.bytes])
    }

    @Test func aWholeLifeConforms() throws {
        let life = try judged { trace in
            trace.enable("p")
            trace.complete("p", target: 1)
            trace.disable("p")
            trace.complete("p", target: 0)
            trace.put("p")
            trace.free("p")
        }
        #expect(life.verdict == .conforms)
        #expect(
            life.done == [
                .enable(patch: "p", outcome: .started), .completeTransition(patch: "p"), .disable(patch: "p"),
                .completeTransition(patch: "p"),
            ])
    }

    @Test func aModuleIsNotFreedWhileItsLivepatchIsEnabled() throws {
        #expect(
            try findings { trace in
                trace.enable("p")
                trace.complete("p", target: 1)
                trace.free("p")
            } == [.moduleStaysInUse])
    }

    @Test func livepatchKeepsItsReferenceUntilTheUnpatchingIsComplete() throws {
        #expect(
            try findings { trace in
                trace.enable("p")
                trace.complete("p", target: 1)
                trace.disable("p")
                trace.put("p")
                trace.complete("p", target: 0)
            } == [.moduleStaysInUse])
    }

    @Test func aReplacedLivepatchMayBeFreed() throws {
        #expect(
            try findings { trace in
                trace.enable("p")
                trace.complete("p", target: 1)
                trace.enable("q", replaces: true)
                trace.complete("q", target: 1, replaces: true)
                trace.put("p")
                trace.free("p")
            }.isEmpty)
    }

    @Test func aLivepatchBesideWhichAnotherWasEnabledIsStillInUse() throws {
        #expect(
            try findings { trace in
                trace.enable("p")
                trace.complete("p", target: 1)
                trace.enable("q", replaces: false)
                trace.complete("q", target: 1)
                trace.free("p")
            } == [.moduleStaysInUse])
    }

    @Test func aForcedLivepatchKeepsItsModule() throws {
        let forced = { (trace: inout HandMadeTrace) in
            trace.enable("p")
            trace.complete("p", target: 1)
            trace.disable("p")
            trace.enter("klp_force_transition", "patch=\"p\"", task: "sh-150")
            trace.complete("p", target: 0)
        }
        #expect(try findings(forced).isEmpty)
        #expect(
            try findings { trace in
                forced(&trace)
                trace.put("p")
            } == [.forcedModuleStays])
        // Patching by force pins nobody.
        #expect(
            try findings { trace in
                trace.enable("p")
                trace.enter("klp_force_transition", "patch=\"p\"", task: "sh-150")
                trace.complete("p", target: 1)
                trace.disable("p")
                trace.complete("p", target: 0)
                trace.put("p")
                trace.free("p")
            }.isEmpty)
    }

    @Test func anEnablingThatStartedReturnsZero() throws {
        #expect(try findings { $0.enable("p", result: -22) } == [.resultTellsOutcome])
        // Where events were lost, the result may be that of another call.
        #expect(
            try findings {
                $0.lose()
                $0.enable("p", result: -22)
            }.isEmpty)
    }

    @Test func anEnablingThatFailedReturnsAnErrno() throws {
        let failing = { (trace: inout HandMadeTrace, result: Int) in
            trace.enter("klp_enable_patch", "patch=\"p\" replace=0")
            trace.enter("klp_init_transition", "patch=\"p\" state=1")
            trace.enter("klp_patch_object", "obj=(fault)")
            trace.leave("klp_patch_object", "ret=-22")
            trace.enter("klp_cancel_transition", "patch=\"p\"")
            trace.enter("klp_complete_transition", "patch=\"p\" target=0")
            trace.leave("klp_complete_transition", "ret=0")
            trace.leave("klp_enable_patch", "ret=\(result)")
        }
        #expect(try findings { failing(&$0, -22) }.isEmpty)
        #expect(try findings { failing(&$0, 0) } == [.resultTellsOutcome])
    }

    @Test func busyMeansThatATransitionIsRunning() throws {
        let refused = { (trace: inout HandMadeTrace) in
            trace.enter("klp_enable_patch", "patch=\"q\" replace=0", task: "insmod-201")
            trace.leave("klp_enable_patch", "ret=-16", task: "insmod-201")
        }
        let busy = try judged { trace in
            trace.enable("p")
            refused(&trace)
            trace.complete("p", target: 1)
        }
        #expect(busy.verdict == .conforms)
        #expect(busy.tracedRefusals.map(\.patch) == ["q"])
        #expect(busy.tracedRefusals.first?.errno == -16)
        #expect(busy.tracedRefusals.first?.busyWith == "p")
        #expect(
            try findings { trace in
                trace.enable("p")
                trace.complete("p", target: 1)
                refused(&trace)
            } == [.busyOnlyInTransition])
        // Nothing tells what was before the trace.
        #expect(try findings { refused(&$0) }.isEmpty)
    }

    @Test func anErrnoIsUnderstoodWhateverTypeTheProbeGaveIt() throws {
        for result in ["-16", "0xfffffff0", "4294967280", "0xfffffffffffffff0"] {
            let busy = try judged { trace in
                trace.enable("p")
                trace.enter("klp_enable_patch", "patch=\"q\" replace=0", task: "insmod-201")
                trace.leave("klp_enable_patch", "arg1=\(result)", task: "insmod-201")
                trace.complete("p", target: 1)
            }
            #expect(busy.tracedRefusals.map(\.errno) == [-16], "\(result)")
        }
    }

    @Test func aModuleThatIsRefusedIsNotAccepted() throws {
        let coming = { (trace: inout HandMadeTrace, result: Int) in
            // Modules are followed where all functions that handle them are seen.
            trace.enter("klp_module_going", "mod=\"x\" state=2", task: "rmmod-199")
            trace.enable("p")
            trace.complete("p", target: 1)
            trace.come("m", applying: ["p"])
            trace.leave("klp_patch_object", "ret=-12", task: "modprobe-400")
            trace.enter("klp_cleanup_module_patches_limited", "mod=\"m\" limit=\"p\"", task: "modprobe-400")
            trace.leave("klp_module_coming", "ret=\(result)", task: "modprobe-400")
        }
        #expect(try findings { coming(&$0, -12) }.isEmpty)
        #expect(try findings { coming(&$0, 0) } == [.resultTellsOutcome])
    }

    @Test func anOrderThatTheModelForbidsIsFoundInFunctionsToo() throws {
        // A second livepatch is enabled in the transition of the first.
        #expect(
            try findings { trace in
                trace.enable("p")
                trace.enable("q", task: "insmod-201")
                trace.complete("p", target: 1)
                trace.complete("q", target: 1)
            }.contains(.oneTransitionAtATime))
        // A callback runs in the wrong part of the operation.
        #expect(
            try findings { trace in
                trace.enter("klp_enable_patch", "patch=\"p\" replace=0")
                trace.enter("klp_init_transition", "patch=\"p\" state=1")
                trace.add("c: (post_patch_callback+0x4/0x30 [p]) obj=(fault)")
                trace.enter("klp_start_transition", "patch=\"p\" target=1")
                trace.complete("p", target: 1)
            } == [.postPatchAtCompletion])
    }

    @Test func tasksThatShareNoMutexAreWarnedOf() throws {
        let overlapping = { (trace: inout HandMadeTrace, after: Int) in
            trace.enable("p")
            trace.enter("klp_complete_transition", "patch=\"p\" target=1", task: "kworker/0:1-17", after: 900_000)
            trace.enter("klp_reverse_transition", "patch=\"p\" target=1", task: "sh-150", after: after)
            trace.enter("klp_start_transition", "patch=\"p\" target=0", task: "sh-150")
            trace.add(
                "klp_complete_transition_ret: (x+0x1/0x2 <- klp_complete_transition) ret=0", task: "kworker/0:1-17",
                after: after)
        }
        let warnings = { (after: Int) in
            try judged { overlapping(&$0, after) }.findings.filter { $0.rule == .sectionsDoNotInterleave }
        }
        #expect(try warnings(5_000).map(\.severity) == [.warning])
        // Two CPUs' clocks may differ by so little.
        #expect(try warnings(20).isEmpty)
    }

    @Test func aLossyTraceProvesNothingByWhatIsNotThere() throws {
        #expect(
            try findings { trace in
                trace.enable("p")
                trace.lose()
                trace.free("p")
            }.isEmpty)
    }
}
