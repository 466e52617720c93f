import Livepatch
import Testing

@testable import mutants

/// What a correct kernel prints of one-line operations and of shadow variables, whoever calls.
@Suite struct EquivalenceTests {
    private static let golden = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/Golden"

    private func names(_ log: String, _ kind: EditKind, _ line: String) throws -> [String?] {
        let run = try #require(Originals(root: Self.golden, wanted: log).runs().first)
        var mutator = Mutator(run: run, seed: 1)
        let own = mutator.mutants().filter { $0.kind == kind && run.lines[$0.line].message == line }
        #expect(!own.isEmpty)
        return own.map { mutant in EquivalenceClass.all.first { $0.covers(mutant, run) }?.name }
    }

    @Test func aTransitionOf412ThatIsNeverCompleteIsReversed() throws {
        let line = "livepatch: 'fix': patching complete"
        #expect(try names("modules/two-modules/expected.linux-4.12", .drop, line) == ["reversed instead of disabled"])
        #expect(try names("modules/two-modules/expected.linux-4.15", .drop, line) == [nil])
    }

    @Test func anExitFunctionMayOutliveTheLivepatchUnlessTheModuleComesAgain() throws {
        let log = "modules/two-modules/expected.linux-4.12"
        let last = "livepatch: reverting patch 'fix' on unloading module 'filesystem'"
        #expect(try names(log, .drop, last) == ["a module's function takes its time"])
        let reverting = "livepatch: reverting patch 'fix' on unloading module 'driver'"
        #expect(try names(log, .drop, reverting) == [nil, "a module's function takes its time"])
    }

    private func explains(_ lines: String) -> Bool {
        ShadowReplay.explains(lines.split(separator: "\n").compactMap { Recogniser().recognise(String($0)) })
    }

    private static let allocated = """
        user: shadow_ctor: PTR2 -> PTR1
        user: klp_shadow_alloc(obj=PTR4, id=0x1, size=8, gfp_flags=GFP_KERNEL), ctor=PTR3, ctor_data=PTR1 = PTR2

        """

    @Test(arguments: [
        allocated, "user: klp_shadow_get(obj=PTR4, id=0x1) = PTR0\nuser:   got expected NULL result\n" + allocated,
        allocated + "user: klp_shadow_get(obj=PTR4, id=0x1) = PTR2\nuser:   got expected PTR2 -> PTR1 result",
        allocated + "user: klp_shadow_get(obj=PTR4, id=0x2) = PTR0",
        allocated + "user: shadow_dtor(obj=PTR4, shadow_data=PTR2)\nuser: klp_shadow_free(obj=PTR4, id=0x1, dtor=PTR5)",
        allocated + "user: klp_shadow_free(obj=PTR4, id=0x2, dtor=PTR5)",
        allocated + "user: klp_shadow_free_all(id=0x1, dtor=PTR0)\nuser: klp_shadow_get(obj=PTR4, id=0x1) = PTR0",
    ])
    func callsOfAnApiThatWorksAreExplained(_ lines: String) { #expect(explains(lines)) }

    @Test(arguments: [
        "user: klp_shadow_get(obj=PTR4, id=0x1) = PTR2", allocated + allocated,
        allocated + "user: klp_shadow_get(obj=PTR4, id=0x1) = PTR0",
        allocated + "user: klp_shadow_get(obj=PTR4, id=0x1) = PTR2\nuser:   got expected PTR2 -> PTR3 result",
        allocated + "user: klp_shadow_free(obj=PTR4, id=0x1, dtor=PTR5)",
        allocated + "user: shadow_dtor(obj=PTR4, shadow_data=PTR2)\nuser: klp_shadow_free(obj=PTR4, id=0x2, dtor=PTR5)",
        allocated + "user: shadow_ctor: PTR6 -> PTR1", "user:   got expected NULL result",
    ])
    func whatTheApiNeverDoesIsNot(_ lines: String) { #expect(!explains(lines)) }
}
