import ByteScan
import Livepatch
import ReferenceEngine
import Testing

/// Shadow variables: what the API does, and what an instrumented caller prints.
@Suite struct ShadowTests {
    private static let generations: [Generation] = [.linux416, .linux51, .linux55]
    private static let all = ShadowCall.Function.allCases

    /// The lines in short: message, object, data.
    private func perform(_ call: ShadowCall, _ story: inout Story) -> [String] {
        story.perform(.shadow(call))
        return story.last.expectations.map {
            let shadow = $0.event.shadow
            return [$0.event.message.rawValue, shadow?.object, shadow?.data].compactMap { $0 }.joined(separator: " ")
        }
    }

    private func call(
        _ function: ShadowCall.Function, _ object: String = "o", id: UInt64 = 1, data: String = "d",
        fails: Int? = nil
    ) -> ShadowCall {
        ShadowCall(
            caller: "m", function, object: object, id: id,
            constructor: fails.map { .fails("ctor", errno: $0) } ?? .succeeds("ctor"), constructorData: "c\(object)",
            destructor: "dtor", newData: data)
    }

    @Test(arguments: generations) func theSelftestPrintsWhatARealKernelPrinted(generation: Generation) throws {
        var story = Story(generation, [])
        var numbers = PointerNumbers()
        let printed = Selftest.calls.flatMap { call in
            story.perform(.shadow(call))
            return story.last.expectations.map { Catalogue.print(numbers.numbered($0.event), for: generation) ?? "" }
        }
        #expect(try printed == Selftest.recorded())
        #expect(story.state.shadowVariables.count == 0)
    }

    @Test(arguments: generations) func nothingIsFoundBeforeItIsCreatedAndAfterItIsFreed(generation: Generation) {
        var story = Story(generation, [])
        #expect(perform(call(.get), &story) == ["shadowGet o NULL", "shadowNotFound"])
        #expect(perform(call(.alloc), &story) == ["shadowConstructor d", "shadowAlloc o d"])
        #expect(perform(call(.get), &story) == ["shadowGet o d", "shadowFound d"])
        #expect(perform(call(.free), &story) == ["shadowDestructor o d", "shadowFree o"])
        #expect(perform(call(.get), &story) == ["shadowGet o NULL", "shadowNotFound"])
    }

    @Test(arguments: generations) func aSecondAllocationWarnsAndRunsNoConstructor(generation: Generation) {
        var story = Story(generation, [])
        _ = perform(call(.alloc), &story)
        let before = story.state
        #expect(perform(call(.alloc, data: "e"), &story) == ["shadowDuplicate o", "shadowAlloc o NULL"])
        #expect(story.state == before)
    }

    @Test(arguments: generations) func anExistingVariableIsReturnedAsItIs(generation: Generation) {
        var story = Story(generation, [])
        _ = perform(call(.getOrAlloc), &story)
        let before = story.state
        #expect(perform(call(.getOrAlloc, data: "e"), &story) == ["shadowGetOrAlloc o d", "shadowFound d"])
        #expect(story.state == before)
    }

    @Test(arguments: [ShadowCall.Function.alloc, .getOrAlloc])
    func aConstructorThatFailsLeavesNothing(function: ShadowCall.Function) {
        var story = Story(.linux55, [])
        let lines = perform(call(function, fails: -12), &story)
        #expect(lines.dropLast() == ["shadowConstructor d", "shadowConstructorFailed o"])
        #expect(lines.last?.hasSuffix("o NULL") == true)
        #expect(story.last.expectations[1].event.number == -12)
        #expect(story.state.shadowVariables.count == 0)
    }

    @Test func theFreeOfWhatIsNotThereIsSilent() {
        var story = Story(.linux55, [])
        #expect(perform(call(.free), &story) == ["shadowFree o"])
        #expect(perform(call(.freeAll), &story) == ["shadowFreeAll"])
    }

    @Test func freeAllTakesOneIdAndLeavesTheOrderOpen() {
        var story = Story(.linux55, [])
        for object in ["o", "p", "q"] { _ = perform(call(.alloc, object, data: "d\(object)"), &story) }
        _ = perform(call(.alloc, id: 2), &story)
        let lines = perform(call(.freeAll), &story)
        #expect(
            Set(lines.dropLast()) == ["shadowDestructor o do", "shadowDestructor p dp", "shadowDestructor q dq"])
        #expect(story.last.expectations.map(\.isInAnyOrder) == [true, true, true, false])
        #expect(story.state.shadowVariables.keys == [ShadowVariables.Key(object: "o", id: 2)])
    }

    @Test func aDestructorThatIsNullPrintsNothing() {
        var story = Story(.linux55, [])
        _ = perform(call(.alloc), &story)
        var free = call(.free)
        free.destructor = ShadowArguments.null
        #expect(perform(free, &story) == ["shadowFree o"])
        #expect(story.state.shadowVariables.count == 0)
    }

    @Test(arguments: [Generation.linux51, .linux55])
    func variablesOutliveTheLivepatchThatCreatedThem(generation: Generation) {
        var story = Story(generation, [.with("p", "vmlinux"), .with("q", "vmlinux", replace: true)])
        story.enable("p")
        _ = perform(call(.alloc), &story)
        let variables = story.state.shadowVariables
        story.enable("q")
        story.disable("q")
        story.perform(.moduleComing(module: "nfs", outcome: .applied))
        story.perform(.moduleGoing(module: "nfs"))
        #expect(story.state.shadowVariables == variables)
        #expect(variables.count == 1)
    }

    @Test func aCallerThatPrintsNothingLeavesOnlyWhatTheKernelSays() {
        var story = Story(.linux55, [])
        for function in [ShadowCall.Function.alloc, .alloc, .get, .free] {
            var silent = call(function)
            silent.isPrinted = false
            let isDuplicate = function == .alloc && story.state.shadowVariables.count == 1
            #expect(perform(silent, &story) == (isDuplicate ? ["shadowDuplicate o"] : []))
        }
    }

    @Test func kernel415CopiesDataAndKnowsNoConstructor() {
        var story = Story(.linux415, [])
        #expect(perform(call(.alloc, fails: -12), &story) == [])
        #expect(story.state.shadowVariables.count == 1)
        #expect(perform(call(.alloc), &story) == ["shadowDuplicate o"])
        #expect(perform(call(.freeAll), &story) == [])
        #expect(story.state.shadowVariables.count == 0)
    }

    @Test(arguments: [Generation.linux40, .linux412]) func olderKernelsHaveNone(generation: Generation) {
        var story = Story(generation, [])
        for function in Self.all { #expect(perform(call(function), &story) == []) }
        #expect(story.state == EngineState())
    }

    @Test func aPointerKeepsItsNumberAndNullHasNone() {
        var numbers = PointerNumbers()
        #expect(
            ["a", "b", "a", "NULL", "c", "(null)"].map { numbers.name(of: $0) } == [
                "PTR1", "PTR2", "PTR1", "PTR0", "PTR3", "PTR0",
            ])
    }

    @Test func whatTheKernelPrintsItselfIsNotNumbered() {
        var numbers = PointerNumbers()
        let event = Event(.shadowDuplicate, shadow: ShadowArguments(object: "00000000abcdef01", id: 1))
        #expect(numbers.numbered(event) == event)
        #expect(numbers.name(of: "x") == "PTR1")
    }
}

/// test_klp_shadow_vars of 6.1: its calls, and what it printed.
private enum Selftest {
    static let calls: [ShadowCall] = {
        let objects = 0..<3
        let allocations = objects.flatMap { i in
            [create(i % 2 == 0 ? .getOrAlloc : .alloc, i, first), create(.alloc, i, second)]
        }
        let finds = objects.flatMap { [call(.get, $0, first), call(.get, $0, second)] }
        let repeated = objects.map { create(.getOrAlloc, $0, first) }
        let frees = objects.flatMap { [call(.free, $0, first), call(.get, $0, first)] }
        let gets = objects.map { call(.get, $0, second) }
        let freeAll = ShadowCall(caller: name, .freeAll, id: second)
        return [call(.get, 0, first)] + allocations + finds + repeated + frees + gets + [freeAll] + gets
    }()

    /// The module's lines of the recorded run, without stamps.
    static func recorded() throws -> [String] {
        let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        var source = try ByteSource(
            path: root + "/Golden/selftests/test-shadow-vars-basic-shadow-variable-api/runs/6.1.192/dmesg.log")
        return String(decoding: try source.peek(1 << 20), as: UTF8.self).split(separator: "\n")
            .compactMap { line in line.split(separator: "] ", maxSplits: 1).last.map(String.init) }
            .filter { $0.hasPrefix(name) }
    }

    private static let name = "test_klp_shadow_vars"
    private static let first: UInt64 = 0x1234
    private static let second: UInt64 = 0x1235

    private static func create(_ function: ShadowCall.Function, _ object: Int, _ id: UInt64) -> ShadowCall {
        ShadowCall(
            caller: name, function, object: "object \(object)", id: id, constructor: .succeeds("constructor"),
            constructorData: "field \(object) \(id)", newData: "variable \(object) \(id)")
    }

    private static func call(_ function: ShadowCall.Function, _ object: Int, _ id: UInt64) -> ShadowCall {
        ShadowCall(caller: name, function, object: "object \(object)", id: id, destructor: "destructor")
    }
}
