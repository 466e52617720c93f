import Conformance
import Livepatch
import LivepatchTrace
import TestSupport
import Testing

/// Callbacks that print nothing, and whose names tell nothing: which they are is told by their places.
struct QuietCallbackTests {
    static let kernels = ["6.1", "6.12"]

    private func file(_ name: String, _ kernel: String) throws -> [UInt8] {
        try contentOfFile("\(Recording.directory)/quiet-callbacks-\(kernel)/\(name).zst")
    }

    private func callbacks(_ bytes: [UInt8]) throws -> [TracedEvent] {
        try LivepatchTrace(bytes: bytes, source: 0, recogniser: Recogniser()).events
            .filter { $0.event.message == .callback }
    }

    /// What the callbacks themselves wrote down, in memory: kind and object.
    private static let truth: [(CallbackKind, String)] = {
        let vmlinux = Event.vmlinux
        let target = "klp_quiet_target"
        return [
            (.prePatch, vmlinux), (.prePatch, target), (.postPatch, vmlinux), (.postPatch, target),
            (.preUnpatch, target), (.postUnpatch, target), (.prePatch, target), (.postPatch, target),
            (.preUnpatch, vmlinux), (.preUnpatch, target), (.postUnpatch, vmlinux), (.postUnpatch, target),
            (.prePatch, vmlinux), (.postPatch, vmlinux), (.prePatch, target), (.postPatch, target),
            (.preUnpatch, vmlinux), (.preUnpatch, target), (.postUnpatch, vmlinux), (.postUnpatch, target),
        ]
    }()

    @Test(arguments: kernels) func probesTellKindAndObject(_ kernel: String) throws {
        let found = try callbacks(file("probes.txt", kernel))
        #expect(found.map(\.event.callback) == Self.truth.map(\.0))
        #expect(found.map(\.event.object) == Self.truth.map(\.1))
        #expect(Set(found.map(\.event.patch)) == ["klp_quiet_fix"])
    }

    @Test(arguments: kernels, ["function.dat", "graph.dat", "graph.txt"])
    func functionTracersTellTheKind(_ kernel: String, _ name: String) throws {
        let found = try callbacks(file(name, kernel))
        // In the text of 6.1 the task moved to another CPU within klp_cleanup_module_patches_limited, and its levels are by CPU.
        var truth = Self.truth.map(\.0)
        if kernel == "6.1", name == "graph.txt" { truth.remove(at: 5) }
        #expect(found.map(\.event.callback) == truth)
        #expect(found.map(\.isCallbackOfUnknownObject).allSatisfy { $0 })
    }

    @Test(arguments: kernels) func besideTheirLogTheyAreJudgedAndNothingIsMissed(_ kernel: String) throws {
        let log = try analysis(log: file("dmesg.txt", kernel))
        for names in [
            ["probes.txt"], ["console.txt"], ["graph.txt"], ["probes.txt", "console.txt"],
            ["probes.txt", "console.txt", "graph.txt"],
        ] {
            let both = try analysis(log: file("dmesg.txt", kernel), traces: names.map { try file($0, kernel) })
            #expect(both.verdict == .conforms, "\(names)")
            #expect(both.done == log.done)
            #expect(both.findings.isEmpty)
            if names.contains("probes.txt") { #expect(both.histories.first?.callbackCount == 20) }
        }
    }

    @Test(arguments: kernels) func aTraceAloneConformsWithAndWithoutTheKernelsLines(_ kernel: String) throws {
        for name in ["probes.txt", "console.txt"] {
            let alone = try analysis(traces: [file(name, kernel)])
            #expect(alone.verdict == .conforms, "\(name)")
            #expect(alone.findings.isEmpty)
        }
        #expect(try analysis(traces: [file("probes.txt", kernel)]).histories.first?.callbackCount == 20)
        // Lines tell of those within a transition, not of those of modules that come or go.
        #expect(try analysis(traces: [file("console.txt", kernel)]).histories.first?.callbackCount == 14)
    }

    @Test(arguments: kernels) func aCallbackInTheWrongPlaceIsFoundThoughItPrintsNothing(_ kernel: String) throws {
        // post_patch of the module before that of vmlinux, while the other phases have them in the order of objects.
        let lines = String(decoding: try file("probes.txt", kernel), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        let places = lines.indices.filter { lines[$0].contains(" cb2: ") }
        try #require(places.count == 5)
        let (vmlinux, module) = ("obj=(fault)", "obj=\"klp_quiet_target\"")
        try #require(lines[places[0]].hasSuffix(vmlinux) && lines[places[1]].hasSuffix(module))
        var swapped = lines.map(String.init)
        swapped[places[0]] = swapped[places[0]].replacing(vmlinux, with: module)
        swapped[places[1]] = swapped[places[1]].replacing(module, with: vmlinux)
        let trace = Array(swapped.joined(separator: "\n").utf8)
        #expect(try analysis(traces: [trace]).verdict == .violates)
        #expect(try analysis(log: file("dmesg.txt", kernel), traces: [trace]).verdict == .violates)
    }

    @Test(arguments: kernels) func aRefusedRmmodIsReported(_ kernel: String) throws {
        let refused = try analysis(traces: [file("probes.txt", kernel)]).refusedModuleCalls
        #expect(refused.map(\.call) == ["delete_module"])
        #expect(refused.map(\.errno) == [-11])
        #expect(refused.map(\.inUse) == [["klp_quiet_fix"]])
    }
}

/// What is a callback and what is none, by hand.
struct CallbackPlaceTests {
    private func callbacks(_ lines: [String], tracer: String = "function") throws -> [Event] {
        let text = "# tracer: \(tracer)\n#\n" + lines.joined(separator: "\n") + "\n"
        return try LivepatchTrace(bytes: Array(text.utf8), source: 0, recogniser: Recogniser()).events.map(\.event)
            .filter { $0.message == .callback }
    }

    private func function(_ name: String, by caller: String, at time: Int, task: String = "insmod-200") -> String {
        "          \(task)     [000] .....   100.0000\(time): \(name) <-\(caller)"
    }

    private var enabling: [String] {
        [
            function("klp_enable_patch", by: "fix_init", at: 10),
            function("klp_init_transition", by: "klp_enable_patch", at: 11),
        ]
    }

    @Test func onlyWhatLivepatchItselfCallsIsACallback() throws {
        let found = try callbacks(
            enabling + [
                function("prepare [fix]", by: "klp_enable_patch.cold", at: 12),
                function("helper [fix]", by: "prepare", at: 13),
                function("construct [fix]", by: "klp_shadow_alloc", at: 14),
                function("elsewhere [fix]", by: "do_one_initcall", at: 15),
                function("klp_start_transition", by: "klp_enable_patch.cold", at: 16),
                // Whatever runs now, it is no pre_patch any more.
                function("late [fix]", by: "klp_enable_patch.cold", at: 17),
            ])
        #expect(found == [Event(.callback, patch: "fix", callback: .prePatch)])
    }

    @Test func withoutAFunctionAroundItNothingTellsWhichItIs() throws {
        #expect(try callbacks([function("prepare [fix]", by: "klp_enable_patch", at: 12)]).isEmpty)
    }

    @Test func aProbeIsOneOfACallbackIfItRecordsTheObject() throws {
        var trace = HandMadeTrace()
        trace.enter("klp_enable_patch", "patch=\"fix\"")
        trace.enter("klp_init_transition", "patch=\"fix\" state=1")
        trace.add("a: (prepare+0x4/0x40 [fix]) obj=(fault)")
        trace.add("b: (helper+0x4/0x40 [fix]) x=1")
        trace.add("c: (helper+0x4/0x40 [fix]) obj=(fault)")
        trace.enter("klp_start_transition", "patch=\"fix\" target=1")
        let found = try LivepatchTrace(bytes: trace.bytes, source: 0, recogniser: Recogniser()).events.map(\.event)
            .filter { $0.message == .callback }
        #expect(found == [Event(.callback, patch: "fix", object: Event.vmlinux, callback: .prePatch)])
    }

    @Test func whichOneRunsWhileAModuleGoesIsToldByWhatWasReverted() throws {
        let graph = { (time: Int, level: Int, text: String) in
            "  100.0000\(time) |   0)  rmmod-300   |               |  \(String(repeating: "  ", count: level))\(text)"
        }
        let found = try callbacks(
            [
                graph(10, 0, "klp_module_going() {"), graph(11, 1, "klp_cleanup_module_patches_limited() {"),
                graph(12, 2, "leave_a [a]();"), graph(13, 2, "klp_unpatch_object();"), graph(14, 2, "gone_a [a]();"),
                graph(15, 2, "leave_b [b]();"), graph(16, 2, "klp_unpatch_object();"), graph(17, 2, "gone_b [b]();"),
                // c has no pre_unpatch: nothing tells that it was reverted.
                graph(18, 2, "klp_unpatch_object();"), graph(19, 2, "gone_c [c]();"),
                graph(20, 1, "}"), graph(21, 0, "}"),
            ], tracer: "function_graph")
        #expect(found.map(\.callback) == [.preUnpatch, .postUnpatch, .preUnpatch, .postUnpatch])
        #expect(found.map(\.patch) == ["a", "a", "b", "b"])
    }
}
