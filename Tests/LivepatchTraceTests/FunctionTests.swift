import Conformance
import Livepatch
import LivepatchTrace
import Testing

/// How functions are told, and which of the kernel's lines they stand for.
struct FunctionTests {
    private func events(_ build: (inout HandMadeTrace) -> Void) throws -> [Event] {
        var trace = HandMadeTrace()
        build(&trace)
        return try LivepatchTrace(bytes: trace.bytes, source: 0, recogniser: Recogniser()).events.map(\.event)
    }

    @Test func aProbeIsToldByItsFunctionWhateverItIsCalled() throws {
        let found = try events { trace in
            trace.add("my_probe: (klp_enable_patch+0x4/0x940) patch=\"p\"")
            trace.add("another: (klp_init_transition+0x4/0x1b0) arg1=\"p\" arg2=1")
            trace.add("x: (klp_start_transition+0x4/0x30) name=\"p\" x=1")
        }
        #expect(
            found == [
                Event(.enabling, patch: "p"), Event(.initializing, patch: "p", direction: .patching),
                Event(.starting, patch: "p", direction: .patching),
            ])
    }

    @Test func aProbeWithinAFunctionIsNoEntry() throws {
        #expect(try events { $0.add("x: (klp_start_transition+0x24/0x30) patch=\"p\" target=1") }.isEmpty)
    }

    @Test func whatACompilerAddsToANameIsNoPartOfIt() throws {
        let found = try events { trace in
            trace.add("x: (klp_complete_transition.isra.0+0x0/0x30) patch=\"p\" target=1")
            trace.add("y: (klp_complete_transition.part.0+0x0/0x30) patch=\"p\" target=1")
        }
        #expect(found == [Event(.completing, patch: "p", direction: .patching)])
    }

    @Test func whereOnlyAnAddressTellsTheProbesOwnNameCounts() throws {
        let found = try events { trace in
            trace.add("klp_start_transition: (0xffffffff8cd3f390) patch=\"p\" target=0")
            trace.add("klp_complete_transition: (0xffffffff8cd3f390) patch=\"p\" target=0")
            trace.add("klp_complete_transition_ret: (0xffffffff8cd3f390 <- 0xffffffff8cd30000)")
        }
        #expect(
            found == [
                Event(.starting, patch: "p", direction: .unpatching),
                Event(.completing, patch: "p", direction: .unpatching),
                Event(.complete, patch: "p", direction: .unpatching),
            ])
    }

    @Test func marksOfReturnsAndNumbersAreNoPartOfAProbesFunction() throws {
        for name in [
            "klp_complete_transition__return", "r_klp_complete_transition_0", "klp_complete_transition_return",
        ] {
            let found = try events { trace in
                trace.add("klp_complete_transition: (0xffffffff8cd3f390) patch=\"p\" target=0")
                trace.add("\(name): (0xffffffff8cd3f390 <- 0xffffffff8cd30000)")
            }
            #expect(found.map(\.message) == [.completing, .complete], "\(name)")
        }
    }

    @Test func whatAFunctionIsNotToldTheCallAroundItTells() throws {
        let found = try events { trace in
            trace.enter("klp_enable_patch", "patch=\"p\" replace=0")
            trace.enter("klp_init_transition")
            trace.enter("klp_start_transition")
            trace.enter("klp_complete_transition", task: "kworker/0:1-17", after: 1_000_000)
        }
        #expect(
            found == [
                Event(.enabling, patch: "p"), Event(.initializing, patch: "p", direction: .patching),
                Event(.starting, patch: "p", direction: .patching),
                Event(.completing, patch: "p", direction: .patching),
            ])
    }

    @Test func aReversalStartsAgainAlsoWhereTheCompilerHidesIt() throws {
        let found = try events { trace in
            trace.enable("p")
            trace.enter("klp_reverse_transition", "patch=\"p\" target=1", task: "sh-150")
            trace.enter("klp_try_complete_transition", task: "kworker/0:1-17", after: 1_000_000)
        }
        #expect(
            found.suffix(2) == [
                Event(.reversing, patch: "p", direction: .patching),
                Event(.starting, patch: "p", direction: .unpatching),
            ])
    }

    @Test func callbacksAreToldByTheirNamesAndByWhatTheTaskDoes() throws {
        let found = try events { trace in
            trace.enter("klp_enable_patch", "patch=\"p\" replace=0")
            trace.enter("klp_init_transition", "patch=\"p\" state=1")
            trace.add("a: (pre_patch_callback+0x4/0x30 [p]) obj=(fault)")
            trace.add("hook: (my_patch_hook+0x4/0x30 [p]) obj=\"m\"")
            trace.enter("klp_start_transition", "patch=\"p\" target=1")
            trace.enter("klp_complete_transition", "patch=\"p\" target=1", task: "kworker/0:1-17")
            trace.add("post_patch: (0xffffffffc0000000) obj=\"m\"", task: "kworker/0:1-17")
        }
        #expect(
            found.filter { $0.message == .callback } == [
                Event(.callback, patch: "p", object: "vmlinux", callback: .prePatch),
                Event(.callback, patch: "p", object: "m", callback: .prePatch, moduleState: .live),
                Event(.callback, patch: "p", object: "m", callback: .postPatch, moduleState: .live),
            ])
    }

    @Test func aModuleThatComesAndGoesIsAppliedAndReverted() throws {
        let found = try events { trace in
            trace.come("m", applying: ["p", "q"])
            trace.leave("klp_module_coming", "ret=0", task: "modprobe-400")
            trace.enter("klp_module_going", "mod=\"m\" state=2", task: "rmmod-401")
            trace.enter("klp_unpatch_object", "obj=\"m\"", task: "rmmod-401")
            trace.enter("klp_unpatch_object", "obj=\"m\"", task: "rmmod-401")
        }
        #expect(
            found == [
                Event(.applying, patch: "p", object: "m"), Event(.applying, patch: "q", object: "m"),
                Event(.reverting, patch: "p", object: "m"), Event(.reverting, patch: "q", object: "m"),
            ])
    }

    @Test func aLineAndTheFunctionThatPrintsItAreOneEvent() throws {
        var trace = HandMadeTrace()
        trace.enter("klp_start_transition", "patch=\"p\" target=1")
        trace.add("console: livepatch: 'p': starting patching transition")
        let read = try LivepatchTrace(bytes: trace.bytes, source: 0, recogniser: Recogniser())
        #expect(read.events.map(\.event) == [Event(.starting, patch: "p", direction: .patching)])
        #expect(read.events.first?.evidence == .printed)
        #expect(read.events.first?.witnesses.count == 1)
    }

    @Test func theStampThatOldKernelsTraceWithALineIsNoPartOfIt() throws {
        for stamp in ["[   12.345678] ", "[   12.345678][  T123] ", ""] {
            let found = try events { $0.add("console: \(stamp)livepatch: enabling patch 'p'") }
            #expect(found == [Event(.enabling, patch: "p")], "\(stamp)")
        }
    }

    @Test func functionTracersTellFunctionsWithoutArguments() throws {
        let found = try events { trace in
            trace.add("klp_enable_patch <-do_one_initcall")
            trace.add("klp_init_transition <-klp_enable_patch")
            trace.add("klp_start_transition <-klp_enable_patch")
            trace.add("klp_complete_transition <-klp_try_complete_transition", task: "kworker/0:1-17")
        }
        #expect(
            found == [
                Event(.enabling), Event(.initializing, direction: .patching), Event(.starting, direction: .patching),
                Event(.completing, direction: .patching),
            ])
    }
}
