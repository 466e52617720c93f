import Conformance
import Livepatch
import TestSupport
import Testing

/// Whose pointer is whose, and what no pointer tells.
struct ShadowPointerTests {
    private func errors(_ log: Dmesg) -> [String] {
        (log.analysis()?.findings ?? []).filter { $0.severity == .error }.map { "\($0.rule)" }
    }

    @Test func pointersWithoutANameAreNotCompared() {
        for name in ["(____ptrval____)", "(ptrval)"] {
            var log = Dmesg.shadowSamples
            log.lines = log.lines.map { line in
                line.hasPrefix("livepatch_shadow_fix") ? line.replacing(/@ 0000[0-9a-f]+/, with: "@ \(name)") : line
            }
            #expect(errors(log) == [])
        }
    }

    @Test func aVariableOfNullMayBeFreedByAnybody() {
        let shared = ["one", "other"].map { name in
            Dmesg(
                """
                \(name): shadow_ctor: PTR1 -> PTR2
                \(name): klp_shadow_alloc(obj=PTR0, id=0x7, size=8, gfp_flags=GFP_KERNEL), ctor=PTR3, ctor_data=PTR2 = PTR1
                \(name): shadow_dtor(obj=PTR0, shadow_data=PTR1)
                \(name): klp_shadow_free_all(id=0x7, dtor=PTR4)
                """
            ).replacing("one:", with: "test_klp_one:").replacing("other:", with: "test_klp_other:")
        }
        #expect(errors(shared[0] + shared[1]) == [])
        #expect(shared[0].analysis()?.verdict == .conforms)
    }

    /// Numbers of pointers last for one load of one module: what another load finds attached to NULL has another number there.
    @Test func aVariableOfNullHasANumberOfItsOwnInEachModuleAndEachLoad() {
        let allocates = """
            test_klp_one: klp_shadow_alloc(obj=PTR3, id=0x7, size=8, gfp_flags=GFP_KERNEL), ctor=PTR0, ctor_data=PTR2 = PTR1
            test_klp_one: shadow_ctor: PTR5 -> PTR4
            test_klp_one: klp_shadow_alloc(obj=PTR0, id=0x7, size=8, gfp_flags=GFP_KERNEL), ctor=PTR6, ctor_data=PTR4 = PTR5
            """
        let finds = """
            test_klp_one: klp_shadow_get(obj=PTR0, id=0x7) = PTR2
            test_klp_one:   got expected PTR2 -> PTR3 result
            """
        let findsNone = "test_klp_one: klp_shadow_get(obj=PTR0, id=0x7) = PTR0"
        let reload = "% rmmod test_klp_one\n% insmod test_klp_one\n"
        let begins = "% insmod test_klp_one\n"
        #expect(errors(Dmesg(begins + allocates + "\n" + reload + finds)) == [])
        let other = Dmesg(finds).replacing("test_klp_one", with: "test_klp_other")
        #expect(errors(Dmesg(begins + allocates) + other) == [])
        #expect(errors(Dmesg(begins + allocates + "\n" + reload + findsNone)) == ["variableIsFoundUntilFreed"])
        #expect(errors(Dmesg(begins + allocates + "\n" + finds)) == ["variableIsFoundUntilFreed"])
    }

    @Test func whatOneLoadFreesOfAllIsFreedOfEarlierLoadsToo() {
        let log = Dmesg(
            """
            Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC
            % insmod test_klp_one
            test_klp_one: klp_shadow_alloc(obj=PTR3, id=0x7, size=8, gfp_flags=GFP_KERNEL), ctor=PTR0, ctor_data=PTR2 = PTR1
            % rmmod test_klp_one
            % insmod test_klp_one
            test_klp_one: shadow_dtor(obj=PTR2, shadow_data=PTR1)
            test_klp_one: klp_shadow_free_all(id=0x7, dtor=PTR3)
            """)
        #expect(errors(log) == [])
        #expect(log.analysis()?.shadowUses.map(\.left) == [0])
    }

    @Test func samplesOfKernelsWithoutDestructorsAreNotJudged() {
        let saved = "livepatch_shadow_fix1: livepatch_fix1_dummy_alloc: dummy @ 00000000c028d7e5, expires @ ffff8661"
        let freed = "livepatch_shadow_fix2: livepatch_fix2_dummy_free: dummy @ 00000000c028d7e5, check counter = 1"
        let log = Dmesg("% insmod livepatch-shadow-fix1") + .enable("livepatch_shadow_fix1") + Dmesg(saved)
        #expect(errors(log + Dmesg(freed) + Dmesg(saved)) == [])
    }

    @Test func otherModulesMayPrintAsTheSamplesDo() {
        let log = Dmesg.shadowSamples.replacing("livepatch_shadow_fix1", with: "livepatch_mine")
            .replacing("livepatch-shadow-fix1", with: "livepatch-mine")
            .doubling("livepatch_fix1_dummy_leak_dtor: dummy @ 00000000b56240b7")
        #expect(errors(log) == [])
        #expect(log.analysis()?.shadowUses.map(\.caller) == ["livepatch_shadow_fix2"])
    }

    @Test func whatIsLeftIsTold() throws {
        let log = Dmesg.shadowSelftest
        let place = try #require(log.lines.firstIndex { $0.contains("shadow_dtor(obj=PTR14") })
        let analysis = try #require(Dmesg(lines: Array(log.lines[..<place])).analysis())
        #expect(analysis.shadowUses.map(\.left) == [4])
        #expect(analysis.finalState.shadowVariables.count == 4)
    }

    @Test func aLoadOfTheSampleThatFailedProvesNothing() {
        let dtor =
            "livepatch_shadow_fix1: livepatch_fix1_dummy_leak_dtor: dummy @ 00000000c028d7e5, prevented leak @ 00000000e9466c21"
        let loaded = Dmesg("% insmod livepatch-shadow-fix1") + .enable("livepatch_shadow_fix1")
        #expect(errors(Dmesg("% insmod livepatch-shadow-fix1") + Dmesg(dtor)) == [])
        #expect(errors(loaded + Dmesg(dtor)) == ["freeDestroysOnce"])
    }

    @Test(arguments: [1, 2, 3, 5, 8] as [UInt64]) func linesInAnyOrderAreReadWithoutATrap(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let lines = Dmesg.shadowSelftest.lines + Dmesg.shadowConstructorFails.lines + Dmesg.shadowSamples.lines
        for _ in 0..<40 {
            let count = Int.random(in: 1...120, using: &random)
            let log = Dmesg(lines: (0..<count).map { _ in lines.randomElement(using: &random) ?? "" })
            let first = log.analysis()
            #expect(first?.findings == log.analysis()?.findings)
        }
    }

    @Test func numbersBeyondAllBoundsAreReadWithoutATrap() {
        let huge = ["99999999999999999999", "9223372036854775807", "-1", "", "x"]
        for number in huge {
            let log = Dmesg.shadowSelftest.replacing("PTR9", with: "PTR\(number)")
                .replacing("id=0x1235", with: "id=0x\(number)")
            _ = log.analysis()
        }
    }
}
