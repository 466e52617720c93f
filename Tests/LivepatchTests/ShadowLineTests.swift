import Livepatch
import Testing

@Suite("Lines about shadow variables")
struct ShadowLineTests {
    private let recogniser = Recogniser()

    @Test func anAllocationTellsEverythingThatWasHandedOver() {
        let line =
            "test_klp_shadow_vars: klp_shadow_get_or_alloc(obj=PTR1, id=0x1234, size=8, gfp_flags=GFP_KERNEL|__GFP_ZERO), ctor=PTR4, ctor_data=PTR2 = PTR3"
        let shadow = ShadowArguments(
            object: "PTR1", id: 0x1234, size: 8, flags: "GFP_KERNEL|__GFP_ZERO", constructor: "PTR4",
            constructorData: "PTR2", data: "PTR3")
        #expect(
            recogniser.recognise(line) == Event(.shadowGetOrAlloc, object: "test_klp_shadow_vars", shadow: shadow))
    }

    @Test func aFreeNamesItsDestructor() {
        let shadow = ShadowArguments(object: "PTR1", id: 0xffff_ffff_ffff_ffff, destructor: "PTR0")
        #expect(
            recogniser.recognise("m: klp_shadow_free(obj=PTR1, id=0xffffffffffffffff, dtor=PTR0)")
                == Event(.shadowFree, object: "m", shadow: shadow))
    }

    @Test func theTwoBlanksBeforeAComparisonAreNoRemark() {
        let found = Event(.shadowFound, object: "m", shadow: ShadowArguments(data: "PTR3", content: "PTR2"))
        #expect(recogniser.recognise("m:   got expected PTR3 -> PTR2 result") == found)
        #expect(recogniser.recognise("m:   got expected NULL result") == Event(.shadowNotFound, object: "m"))
        #expect(Catalogue.print(found, for: .linux55) == "m:   got expected PTR3 -> PTR2 result")
    }

    @Test func theSamplesLinesNameDummiesNotCalls() {
        let module = "livepatch_shadow_fix2"
        let dummy = "00000000c028d7e5"
        #expect(
            recogniser.recognise("dummy_alloc: dummy @ \(dummy), expires @ ffff8661")
                == Event(.dummyAllocated, text: "ffff8661", shadow: ShadowArguments(object: dummy)))
        #expect(
            recogniser.recognise("\(module): livepatch_fix2_dummy_free: dummy @ \(dummy), check counter = 4")
                == Event(
                    .counterFound, object: module, number: 4, name: "livepatch_fix2",
                    shadow: ShadowArguments(object: dummy)))
        #expect(
            recogniser.recognise("\(module): livepatch_fix2_dummy_free: dummy @ \(dummy) leaked!")
                == Event(
                    .leakNotFound, object: module, name: "livepatch_fix2", shadow: ShadowArguments(object: dummy)))
    }

    @Test(arguments: [
        "m: klp_shadow_get(obj=PTR1, id=0x1234)", "m: klp_shadow_get(obj=PTR1, id=0x12G4) = PTR0",
        "m: klp_shadow_get(obj=PTR1, id=0x11111111111111111) = PTR0", "m: klp_shadow_get(obj=, id=0x1) = PTR0",
        "m: klp_shadow_alloc(obj=PTR1, id=0x1, data=PTR2) = PTR3", "m: shadow_ctor: PTR3",
    ])
    func aLineInAnotherFormIsNoCallThatCouldBeJudged(line: String) {
        #expect(recogniser.recognise(line)?.message == .shadowOutput)
    }

    @Test func theKernelsOwnLinesNameThePair() {
        #expect(
            recogniser.recognise("Duplicate shadow variable <0000000000000000, a>")
                == Event(.shadowDuplicate, shadow: ShadowArguments(object: "0000000000000000", id: 10)))
        #expect(
            recogniser.recognise("livepatch: Failed to construct shadow variable <000000004c940272, 1> (-12)")
                == Event(
                    .shadowConstructorFailed, number: -12,
                    shadow: ShadowArguments(object: "000000004c940272", id: 1)))
    }

    /// Up to 5.1 `%p` printed NULL as wide as any pointer.
    @Test func nullMayHaveBlanksBeforeIt() throws {
        let line = "Duplicate shadow variable <          (null), a>"
        let event = try #require(recogniser.recognise(line))
        #expect(event.message == .shadowDuplicate && event.shadow?.id == 10)
        #expect(event.shadow?.object.map(ShadowArguments.isNull) == true)
        #expect(Catalogue.print(event, for: .linux416) == line)
    }

    /// A module need not be called as the kernel's test module is: its lines about constructors name neither livepatch nor klp.
    @Test(arguments: [
        "m: shadow_ctor: PTR3 -> PTR2", "m: shadow_dtor(obj=PTR1, shadow_data=PTR3)", "m:   got expected NULL result",
        "m:   got expected PTR3 -> PTR2 result", "m: klp_shadow_free_all(id=0x1, dtor=PTR0)",
    ])
    func aLineOfAnyModuleIsReadAtAll(line: String) {
        #expect(Needles.all.contains { line.contains($0) })
    }

    @Test(arguments: [("PTR0", true), ("(null)", true), ("0000000000000000", true), ("NULL", true), ("PTR10", false)])
    func nullHasManyNames(_ pointer: String, _ isNull: Bool) {
        #expect(ShadowArguments.isNull(pointer) == isNull)
    }
}
