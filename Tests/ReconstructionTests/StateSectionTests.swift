import Livepatch
import Testing

@testable import Reconstruction

@Suite("Callbacks of states belong to the section in which they run, whosever they are")
struct StateSectionTests {
    private let replaced = """
        livepatch: enabling patch 'new'
        livepatch: 'new': initializing patching transition
        new: pre_patch_callback: state 2
        old: pre_unpatch_callback: state 1
        livepatch: 'new': starting patching transition
        livepatch: 'new': completing patching transition
        old: post_unpatch_callback: state 1
        old: state_dtor: freeing it
        new: post_patch_callback: state 2
        livepatch: 'new': patching complete

        """

    @Test func aReplacementHasTwoSections() {
        let found = sections(replaced)
        #expect(found.kinds == [.enabling(patch: "new"), .completing(patch: "new", .patching)])
        #expect(found.sizes == [5, 5])
    }

    @Test func withoutDebugLinesItHasTheSame() {
        let found = sections(Lines.withoutDebugLines(replaced))
        #expect(found.kinds == [.enabling(patch: "new"), .completing(patch: "new", .patching)])
        #expect(found.sizes == [4, 4])
    }

    @Test func whatIsRolledBackBelongsToTheReversedCompletion() {
        let text = """
            livepatch: 'new': reversing transition from patching to unpatching
            livepatch: 'new': starting unpatching transition
            old: post_patch_callback: state 1
            new: post_unpatch_callback: state 2
            livepatch: 'new': unpatching complete
            """
        let found = sections(text)
        #expect(found.kinds == [.reversing(patch: "new"), .completing(patch: "new", .unpatching)])
        #expect(found.sizes == [2, 3])
    }

    @Test func statesReleasedBeforeTheFailureIsToldBelongToIt() {
        let text = """
            livepatch: enabling patch 'new'
            livepatch: 'new': initializing patching transition
            new: setup_state_callback: state 2
            new: setup_state_callback: state 3
            new: release_state_callback: state 2
            livepatch: failed to enable patch 'new'
            livepatch: 'new': canceling patching transition, going to unpatch
            livepatch: 'new': completing unpatching transition
            livepatch: 'new': unpatching complete
            """
        let found = sections(text)
        #expect(found.kinds == [.enabling(patch: "new")])
        #expect(
            found.first?.candidates.contains(.enable(patch: "new", outcome: .setupFailed(state: 3))) == true)
    }

    @Test func aDisableAfterAFailureIsASectionOfItsOwn() {
        let text = """
            livepatch: enabling patch 'new'
            livepatch: failed to enable patch 'new'
            livepatch: 'new': unpatching complete
            old: pre_unpatch_callback: state 1
            livepatch: 'old': starting unpatching transition
            """
        #expect(sections(text).kinds == [.enabling(patch: "new"), .disabling(patch: "old")])
    }

    @Test func aRefusalToDisableStandsAlone() {
        let found = sections("livepatch: The livepatch 'p' does not support disable")
        #expect(found.kinds == [.single])
        #expect(found.first?.candidates == [.refuseDisable(patch: "p")])
    }
}
