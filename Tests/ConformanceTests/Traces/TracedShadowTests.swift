import ByteScan
import Conformance
import FoundationEssentials
import Livepatch
import ReferenceEngine
import Testing

/// Calls of the shadow variable API as traces show them: with the pointers that they were given and returned.
@Suite("Traced calls about shadow variables")
struct TracedShadowTests {
    private typealias Task = ShadowTrace.Task
    private let one = ShadowTrace.one
    private let two = ShadowTrace.two

    /// A trace in which every function of the API is called once, about a pair of its own: all of them are traced.
    private static var complete: ShadowTrace {
        var trace = ShadowTrace()
        trace.get(90, 9, 0)
        trace.getOrAlloc(90, 9, 91)
        trace.free(90, 9)
        trace.get(90, 9, 0)
        trace.alloc(90, 9, 92)
        trace.freeAll(9, destroys: 1)
        trace.get(90, 9, 0)
        return trace
    }

    private func broken(_ change: (inout ShadowTrace) -> Void) throws -> [RuleID] {
        var trace = Self.complete
        change(&trace)
        trace.leaveKernel()
        trace.leaveKernel(ShadowTrace.two)
        return try trace.analysis().brokenRules
    }

    // MARK: - Recordings

    private func fixture(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: Fixtures.path("traces/" + name))), as: UTF8.self)
    }

    @Test func theSelftestsCallsAreVerified() throws {
        let analysis = try ShadowTrace.analysis(fixture("shadow-vars.txt"))
        #expect(analysis.brokenRules == [])
        let use = try #require(analysis.tracedUse)
        // What was attached before, the first call about each of the six pairs tells.
        #expect((use.calls, use.verified) == (29, 23))
        #expect((use.created, use.freed, use.left) == (5, 6, 0))
    }

    @Test func aTraceWithoutTheKernelsLinesConformsByItsCalls() throws {
        let lines = try fixture("shadow-vars.txt").split(separator: "\n").filter { !$0.contains(": console: ") }
        let analysis = try ShadowTrace.analysis(lines.joined(separator: "\n") + "\n")
        #expect(analysis.shadowUses == [])
        #expect(analysis.verdict == .conforms)
        #expect(analysis.tracedUse?.verified == 23)
    }

    @Test func callsWithoutArgumentsAreCounted() throws {
        let analysis = try ShadowTrace.analysis(fixture("shadow-vars-graph.txt"))
        #expect(analysis.tracedUse?.calls == 29)
        #expect(analysis.tracedUse?.verified == 0)
        #expect(analysis.verdict == .inconclusive)
    }

    @Test func aPointerThatIsChangedInARecordingIsFound() throws {
        let text = try fixture("shadow-vars.txt").split(separator: "\n", omittingEmptySubsequences: false)
        let results = text.indices.filter { text[$0].contains("klp_shadow_get) ret=") }
        var found = 0
        for place in results {
            var changed = text
            let isNull = changed[place].hasSuffix("ret=0x0")
            let start = changed[place].firstRange(of: "ret=")?.upperBound ?? changed[place].endIndex
            changed[place] = changed[place][..<start] + (isNull ? "0xff15597e87300000" : "0x0")
            let rules = try ShadowTrace.analysis(changed.joined(separator: "\n")).brokenRules
            if rules == [.variableIsFoundUntilFreed] || rules == [.freeAllTakesOneID] { found += 1 }
        }
        // Nothing tells what the very first call has to find; its lie is found out by the call after it, or not at all.
        #expect(results.count == 16)
        #expect(found >= 15)
    }

    // MARK: - Faults

    @Test func completeTracesAreInOrder() throws {
        #expect(try broken { _ in } == [])
        let analysis = try Self.complete.analysis()
        #expect(analysis.tracedUse?.verified == 6)
        #expect(analysis.verdict == .conforms)
    }

    @Test func aVariableIsFoundUntilItIsFreed() throws {
        let rules = try broken {
            $0.alloc(1, 5, 2)
            $0.get(1, 5, 0)
        }
        #expect(rules == [.variableIsFoundUntilFreed])
        #expect(
            try broken {
                $0.alloc(1, 5, 2)
                $0.get(1, 5, 3)
            } == [.variableIsFoundUntilFreed])
    }

    @Test func aFreedVariableIsNotFound() throws {
        #expect(
            try broken {
                $0.alloc(1, 5, 2)
                $0.free(1, 5)
                $0.get(1, 5, 2)
            } == [.variableIsFoundUntilFreed])
        #expect(
            try broken {
                $0.alloc(1, 5, 2)
                $0.freeAll(5, destroys: 1)
                $0.get(1, 5, 2)
            } == [.freeAllTakesOneID])
    }

    @Test func aSecondAllocationFails() throws {
        #expect(
            try broken {
                $0.alloc(1, 5, 2)
                $0.alloc(1, 5, 0)
                $0.get(1, 5, 2)
            } == [])
        #expect(
            try broken {
                $0.alloc(1, 5, 2)
                $0.alloc(1, 5, 3)
            } == [.duplicateShadowVariable])
    }

    @Test func anExistingVariableIsReturned() throws {
        for result in [0, 3] {
            let rules = try broken {
                $0.alloc(1, 5, 2)
                $0.getOrAlloc(1, 5, result)
            }
            #expect(rules == [.existingVariableIsReturned])
        }
    }

    @Test func anAllocationMayFailAtAnyTime() throws {
        #expect(
            try broken {
                $0.get(1, 5, 0)
                $0.alloc(1, 5, 0)
                $0.getOrAlloc(1, 5, 0)
                $0.get(1, 5, 0)
                $0.alloc(1, 5, 2)
            } == [])
    }

    @Test func freeDestroysOnce() throws {
        for times in [0, 2] {
            #expect(
                try broken {
                    $0.alloc(1, 5, 2)
                    $0.free(1, 5, destroys: times)
                } == [.freeDestroysOnce])
        }
        #expect(
            try broken {
                $0.get(1, 5, 0)
                $0.free(1, 5, destroys: 1)
            } == [.freeDestroysOnce])
        #expect(
            try broken {
                $0.get(1, 5, 0)
                $0.free(1, 5, destroys: 0)
            } == [])
    }

    @Test func freeAllTakesAllOfItsID() throws {
        for times in [1, 3] {
            let rules = try broken {
                $0.freeAll(5, destroys: 0)
                $0.alloc(1, 5, 2)
                $0.alloc(3, 5, 4)
                $0.alloc(3, 6, 5)
                $0.freeAll(5, destroys: times)
            }
            #expect(rules == [.freeAllTakesOneID])
        }
        // Before the trace more may have been created.
        #expect(
            try broken {
                $0.alloc(1, 5, 2)
                $0.freeAll(5, destroys: 3)
            } == [])
    }

    @Test func freeAllLeavesOtherIDs() throws {
        #expect(
            try broken {
                $0.alloc(1, 5, 2)
                $0.alloc(1, 6, 3)
                $0.freeAll(5, destroys: 1)
                $0.get(1, 6, 0)
            } == [.variableIsFoundUntilFreed])
    }

    @Test func variablesDoNotShareTheirData() throws {
        #expect(
            try broken {
                $0.alloc(1, 5, 2)
                $0.alloc(3, 5, 2)
            } == [.variablesAreIndependent])
        // Freed memory is used again.
        #expect(
            try broken {
                $0.alloc(1, 5, 2)
                $0.free(1, 5)
                $0.alloc(3, 5, 2)
                $0.get(3, 5, 2)
            } == [])
    }

    @Test func findingsCiteTheReturnAndWhatWasKnown() throws {
        var trace = Self.complete
        trace.alloc(1, 5, 2)
        trace.get(1, 5, 0)
        let finding = try #require(trace.analysis().findings.first)
        let header = trace.text.split(separator: "\n").count - trace.lines.count
        #expect(finding.place?.record.place.line == header + trace.lines.count)
        #expect(finding.because?.record.place.line == header + trace.lines.count - 2)
        #expect(finding.place?.event.text == "klp_shadow_get(obj=\(ShadowTrace.pointer(1)), id=0x5) = 0x0")
    }

    // MARK: - What a trace does not show

    @Test func whatTheTraceDoesNotShowMayHaveBeenCalled() throws {
        var trace = ShadowTrace()
        trace.alloc(1, 5, 2)
        trace.get(1, 5, 0)
        trace.get(1, 5, 3)
        #expect(try trace.analysis().brokenRules == [])
    }

    @Test func aLossyTraceProvesNothing() throws {
        var trace = Self.complete
        trace.alloc(1, 5, 2)
        trace.get(1, 5, 0)
        trace.isLossy = true
        let analysis = try trace.analysis()
        #expect(analysis.brokenRules == [])
        #expect(analysis.tracedUse?.calls == 9)
        #expect(analysis.tracedUse?.verified == 0)
        #expect(analysis.tracedUse?.left == nil)
    }

    @Test func withTypesInsteadOfIDsNothingIsJudged() throws {
        var trace = Self.complete
        trace.alloc(1, 5, 2)
        trace.get(1, 5, 0)
        #expect(try trace.analysis(generation: .shadowTypes2022).tracedUse?.verified == 0)
    }

    @Test func halfAPointerIsNone() throws {
        var trace = Self.complete
        trace.alloc(1, 5, 2)
        trace.get(1, 5, 0)
        let halves = trace.text.replacing("obj=0xff5c2483", with: "obj=0x").replacing("ret=0xff5c2483", with: "ret=0x")
        let analysis = try ShadowTrace.analysis(halves)
        #expect(analysis.brokenRules == [])
        #expect(analysis.tracedUse?.verified == 0)
    }

    @Test func aCallWhoseReturnIsNotSeenLeavesThePairOpen() throws {
        #expect(
            try broken {
                $0.freeAll(5, destroys: 0)
                $0.enters(one, "klp_shadow_alloc", 1, 5)
                $0.leaveKernel()
                $0.get(1, 5, 7)
            } == [])
    }

    @Test func callsOfTheAPIItselfAreNotAModules() throws {
        var trace = Self.complete
        let before = try trace.analysis().tracedUse?.calls ?? 0
        trace.enters(one, "klp_shadow_alloc", 1, 5)
        trace.get(1, 5, 0)
        trace.get(1, 5, 0)
        trace.exit(one, "klp_shadow_alloc", 2)
        trace.get(1, 5, 2)
        let analysis = try trace.analysis()
        #expect(analysis.brokenRules == [])
        #expect(analysis.tracedUse?.calls == before + 2)
    }

    @Test func aDestructorMayLookForWhatIsNotFreedYet() throws {
        for destructor in [0, 70] {
            var trace = Self.complete
            trace.alloc(1, 5, 2)
            trace.alloc(3, 5, 4)
            trace.entry(one, "klp_shadow_free_all", "id=5 dtor=\(ShadowTrace.pointer(destructor))")
            trace.entry(one, "klp_shadow_free_struct")
            trace.get(3, 5, 4)
            trace.entry(one, "klp_shadow_free_struct")
            trace.leaveKernel()
            #expect(try trace.analysis().brokenRules.isEmpty == (destructor != 0))
        }
    }

    @Test func aCallThatIsProbedTwiceOrInTwoInstancesIsOne() throws {
        let trace = Self.complete
        let twice = trace.lines.flatMap { line -> [String] in
            line.contains(": klp_shadow_get: ")
                ? [line, line.replacing(": klp_shadow_get: ", with: ": mine: ")] : [line]
        }
        let text = "# tracer: nop\n#\n" + twice.joined(separator: "\n") + "\n"
        #expect(try ShadowTrace.analysis(text).tracedUse == trace.analysis().tracedUse)
    }

    // MARK: - Calls that overlap

    @Test func whileAVariableIsFreedItMayBeFoundOrNot() throws {
        for result in [0, 2] {
            let rules = try broken {
                $0.alloc(1, 5, 2)
                $0.wait(20_000)
                $0.enters(two, "klp_shadow_get", 1, 5)
                $0.free(1, 5)
                $0.get(1, 5, 0)
                $0.exit(two, "klp_shadow_get", result)
            }
            #expect(rules == [])
        }
        #expect(
            try broken {
                $0.alloc(1, 5, 2)
                $0.wait(20_000)
                $0.enters(two, "klp_shadow_get", 1, 5)
                $0.free(1, 5)
                $0.get(1, 5, 0)
                $0.exit(two, "klp_shadow_get", 3)
            } == [.variableIsFoundUntilFreed])
    }

    @Test func ofTwoAllocationsOneSucceeds() throws {
        func both(_ first: Int, _ second: Int) throws -> [RuleID] {
            try broken {
                $0.get(1, 5, 0)
                $0.wait(20_000)
                $0.enters(one, "klp_shadow_alloc", 1, 5)
                $0.enters(two, "klp_shadow_alloc", 1, 5)
                $0.exit(one, "klp_shadow_alloc", first)
                $0.exit(two, "klp_shadow_alloc", second)
            }
        }
        #expect(try both(2, 0) == [])
        #expect(try both(0, 2) == [])
        #expect(try both(0, 0) == [])
        #expect(try both(2, 3) == [.duplicateShadowVariable])
    }

    @Test func clocksOfTwoCPUsMayDiffer() throws {
        func between(_ wait: Int64) throws -> [RuleID] {
            try broken {
                $0.get(1, 5, 0)
                $0.wait(20_000)
                $0.alloc(1, 5, 2)
                $0.wait(wait)
                $0.get(1, 5, 0, by: two)
            }
        }
        #expect(try between(100) == [])
        #expect(try between(20_000) == [.variableIsFoundUntilFreed])
    }

    @Test func theIdleTasksOfTwoCPUsAreTwo() throws {
        let first = Task(pid: 0, cpu: 0)
        let second = Task(pid: 0, cpu: 1)
        #expect(
            try broken {
                $0.alloc(1, 5, 2)
                $0.alloc(3, 5, 4)
                $0.wait(20_000)
                $0.enters(first, "klp_shadow_get", 1, 5)
                $0.enters(second, "klp_shadow_get", 3, 5)
                $0.exit(first, "klp_shadow_get", 2)
                $0.exit(second, "klp_shadow_get", 4)
            } == [])
    }
}
