import Livepatch
import Reconstruction
import Testing

@Suite("Sections about modules")
struct ModuleSectionTests {
    private let refusal =
        """
        livepatch: applying patch 'p' to loading module 'm'
        p: pre_patch_callback: m -> [MODULE_STATE_COMING] Full formed, running module_init
        livepatch: pre-patch callback failed for object 'm'
        livepatch: patch 'p' failed for module 'm', refusing to load module 'm'

        """

    @Test func aModuleComesInOneSectionForAllPatches() {
        let found = sections(Lines.comes("m", "p") + Lines.comes("m", "q"))
        #expect(found.kinds == [.coming(module: "m")])
        #expect(found.sizes == [6])
        #expect(found[0].candidates == [.moduleComing(module: "m", outcome: .applied)])
        #expect(!found[0].isRefusal)
    }

    @Test func aModuleGoesInOneSectionForAllPatches() {
        let found = sections(Lines.goes("m", "p") + Lines.goes("m", "q"))
        #expect(found.kinds == [.going(module: "m")])
        #expect(found.sizes == [6])
        #expect(found[0].candidates == [.moduleGoing(module: "m")])
    }

    @Test(
        arguments: [
            ([(1, 0), (1, 0)], 1), ([(1, 0), (1, 1)], 2), ([(1, 0), (1, nil)], 1), ([(1, 0), (2, 1)], 1),
        ] as [([(source: Int, call: Int?)], Int)])
    func whatATraceShowsInTwoCallsIsInTwoSections(_ calls: [(source: Int, call: Int?)], _ count: Int) {
        var found = observations(Lines.goes("m", "p") + Lines.goes("m", "q"))
        for place in found.indices {
            let call = calls[place < found.count / 2 ? 0 : 1]
            found[place].steps = [StepReference(source: call.source, step: place, call: call.call)]
        }
        #expect(SectionFinder.sections(of: found).count == count)
    }

    @Test func twoModulesComeInTwoSections() {
        let found = sections(Lines.comes("m", "p") + Lines.comes("n", "p"))
        #expect(found.kinds == [.coming(module: "m"), .coming(module: "n")])
    }

    @Test func aModuleThatGoesTwiceGoesInTwoSectionsWithACompletionBetween() {
        let log = """
            livepatch: applying patch 'p' to loading module 'm'
            livepatch: reverting patch 'p' on unloading module 'm'
            livepatch: 'p': patching complete
            livepatch: applying patch 'p' to loading module 'm'
            p: pre_unpatch_callback: m -> [MODULE_STATE_GOING] Going away
            livepatch: reverting patch 'p' on unloading module 'm'

            """
        let found = sections(log)
        #expect(
            found.kinds == [
                .coming(module: "m"), .going(module: "m"), .completing(patch: "p", .patching), .coming(module: "m"),
                .going(module: "m"),
            ])
    }

    @Test func comingAndGoingAreTwoSections() {
        let found = sections(Lines.comes("m", "p") + Lines.goes("m", "p"))
        #expect(found.kinds == [.coming(module: "m"), .going(module: "m")])
        #expect(found.sizes == [3, 3])
    }

    /// Without debug lines; the patch has no pre_patch, so that nothing but `applying` tells the coming of the module.
    @Test func aModuleThatComesAgainIsNotTakenForPartOfItsGoing() {
        let found = sections(
            Lines.goes("m", "p") + """
                livepatch: applying patch 'p' to loading module 'm'
                p: post_patch_callback: m -> [MODULE_STATE_COMING] Full formed, running module_init
                p: pre_unpatch_callback: m -> [MODULE_STATE_LIVE] Normal state
                livepatch: 'p': starting unpatching transition

                """)
        #expect(found.kinds == [.going(module: "m"), .coming(module: "m"), .disabling(patch: "p")])
    }

    /// Without debug lines; a write to `enabled` enables the patch again (before 5.1).
    @Test(arguments: [" -> [MODULE_STATE_LIVE] Normal state", ""])
    func aCompletionIsNoPartOfAModulesComing(state: String) {
        let coming = state.isEmpty ? "" : " -> [MODULE_STATE_COMING] Full formed, running module_init"
        let found = sections(
            """
            livepatch: applying patch 'p' to loading module 'm'
            p: pre_patch_callback: m\(coming)
            livepatch: 'p': unpatching complete
            livepatch: enabling patch 'p'
            p: pre_patch_callback: m\(state)
            livepatch: 'p': starting patching transition

            """)
        #expect(found.kinds == [.coming(module: "m"), .completing(patch: "p", .unpatching), .enabling(patch: "p")])
    }

    /// The patch has callbacks for `n` alone.
    @Test func aModuleWithoutCallbacksAndOneWithThemGoInTwoSections() {
        let found = sections("livepatch: reverting patch 'p' on unloading module 'm'\n" + Lines.goes("n", "p"))
        #expect(found.kinds == [.going(module: "m"), .going(module: "n")])
        #expect(found.sizes == [1, 3])
    }

    /// Whole sections without callbacks, in which the module `m` comes twice.
    static let comingAgain: [[String]] = [
        [applying, reverting, applying],
        [applying + preFailed + refusing, applying, reverting],
        [applying, reverting, "livepatch: disabling patch 'p'\n", applying, reverting],
        [applying, "livepatch: 'p': patching complete\n", reverting, applying],
    ]
    private static let applying = "livepatch: applying patch 'p' to loading module 'm'\n"
    private static let reverting = "livepatch: reverting patch 'p' on unloading module 'm'\n"
    private static let preFailed = "livepatch: pre-patch callback failed for object 'm'\n"
    private static let refusing = "livepatch: patch 'p' failed for module 'm', refusing to load module 'm'\n"

    @Test(arguments: comingAgain)
    func aModuleThatComesAgainSoonBeginsASectionOfItsOwn(parts: [String]) {
        let found = sections(parts.joined()).map { $0.observations.map { $0.record.message + "\n" }.joined() }
        #expect(found == parts)
    }

    @Test func withoutCallbacksComingAndGoingAreTwoSections() {
        let found = sections(
            """
            livepatch: applying patch 'p' to loading module 'm'
            livepatch: reverting patch 'p' on unloading module 'm'
            """)
        #expect(found.kinds == [.coming(module: "m"), .going(module: "m")])
    }

    @Test func aModuleThatComesDuringATransitionDoesNotDisturbIt() {
        let found = sections(Lines.starts("p") + Lines.comes("m", "p") + Lines.completes("p"))
        #expect(
            found.kinds == [.enabling(patch: "p"), .coming(module: "m"), .completing(patch: "p", .patching)])
    }

    @Test func aRefusalNamesWhoeverMayHaveFailed() {
        let found = sections(Lines.comes("m", "o") + refusal)
        #expect(found.kinds == [.coming(module: "m")])
        #expect(found[0].isRefusal)
        let candidates = found[0].candidates
        for patch in ["o", "p"] {
            #expect(candidates.contains(.moduleComing(module: "m", outcome: .prePatchFailed(patch: patch))))
            #expect(candidates.contains(.moduleComing(module: "m", outcome: .applyFailed(patch: patch))))
            #expect(candidates.contains(.moduleComing(module: "m", outcome: .initializeFailed(patch: patch))))
        }
    }

    @Test func theCleanUpOfARefusalBelongsToIt() {
        let cleanUp = Lines.goes("m", "o").replacing(
            "GOING] Going away", with: "COMING] Full formed, running module_init")
        let found = sections(Lines.comes("m", "o") + refusal + cleanUp)
        #expect(found.kinds == [.coming(module: "m")])
        #expect(found.sizes == [10])
    }

    @Test func aWrongModuleNameStaysWithTheSection() {
        let found = sections(
            """
            livepatch: applying patch 'p' to loading module 'm'
            p: pre_patch_callback: n -> [MODULE_STATE_COMING] Full formed, running module_init
            p: post_patch_callback: m -> [MODULE_STATE_COMING] Full formed, running module_init
            """)
        #expect(found.kinds == [.coming(module: "m")])
        #expect(found.sizes == [3])
        #expect(found[0].candidates.contains(.moduleComing(module: "n", outcome: .applied)))
    }
}
