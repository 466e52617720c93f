import Livepatch
import ReferenceEngine
import Testing

@Suite("Features (struct klp_feature of features-2019)")
struct FeatureTests {
    private func story(_ livepatches: LivepatchDescription...) -> Story { Story(.features2019, livepatches) }

    @Test("a cumulative patch has to support all of them in their version or a newer one", arguments: StateTests.cases)
    func compatibility(old: [UInt: UInt], new: [UInt: UInt], replaces: Bool, fits: Bool) {
        var story = story(
            .with("old", "vmlinux", states: old), .with("new", "vmlinux", replace: replaces, states: new))
        story.enable("old")
        #expect(story.engine.isCompatible("new", with: story.state) == (fits || !replaces))
    }

    @Test func whoReplacesTakesThemOver() {
        var story = story(
            .with("old", "vmlinux", states: [1: 1]), .with("new", "vmlinux", replace: true, states: [1: 2]))
        story.enable("old")
        story.enable("new")
        #expect(story.state.features == [1: Feature(version: 2, patch: "new")])
        story.disable("new")
        #expect(story.state.features == [:])
    }

    @Test func aReversedPatchLeavesThemToTheOldOne() {
        var story = story(
            .with("old", "vmlinux", states: [1: 1]), .with("new", "vmlinux", replace: true, states: [1: 2, 2: 1]))
        story.enable("old")
        story.perform(.enable(patch: "new", outcome: .started))
        story.perform(.reverse(patch: "new"))
        story.perform(.completeTransition(patch: "new"))
        #expect(story.state.features == [1: Feature(version: 1, patch: "old")])
    }

    @Test func oneThatIsRetiredBindsNobodyAnyMore() {
        var retiring = LivepatchDescription.with("retiring", "vmlinux", replace: true, states: [1: 1])
        retiring.states?[0].isRetired = true
        var story = story(
            .with("old", "vmlinux", states: [1: 1]), retiring, .with("third", "vmlinux", replace: true, states: [:]))
        story.enable("old")
        #expect(story.engine.isCompatible("third", with: story.state) == false)
        story.enable("retiring")
        #expect(story.engine.isCompatible("third", with: story.state) == true)
    }

    @Test func aFailedCallbackHasAllocatedNone() {
        var story = story(.with("fix", "vmlinux", states: [1: 1]))
        story.perform(.enable(patch: "fix", outcome: .prePatchFailed(object: "vmlinux")))
        #expect(story.state.features == [:])
    }
}
