import Livepatch
import ReferenceEngine
import Testing

@Suite("Target modules come and go")
struct ModuleTests {
    private let patches = [LivepatchDescription.with("a", "nfs"), .with("b", "nfs"), .with("c", "nfs")]
    private let coming = Livepatch.Operation.moduleComing(module: "nfs", outcome: .applied)
    private let going = Livepatch.Operation.moduleGoing(module: "nfs")

    private func story(_ generation: Generation = .linux55, enabled: [String] = ["a"]) -> Story {
        var story = Story(generation, patches)
        for name in enabled { story.enable(name) }
        return story
    }

    @Test(arguments: generationsWithCallbacks)
    func aComingModuleIsPatchedAtOnce(generation: Generation) {
        var story = story(generation)
        #expect(story.perform(coming) == ["applying a nfs", "pre_patch a nfs COMING", "post_patch a nfs COMING"])
        #expect(story.state.loadedModules == ["nfs"])
    }

    @Test(arguments: generationsWithCallbacks)
    func aGoingModuleIsUnpatchedAtOnce(generation: Generation) {
        var story = story(generation)
        story.perform(coming)
        #expect(story.perform(going) == ["pre_unpatch a nfs GOING", "reverting a nfs", "post_unpatch a nfs GOING"])
        #expect(story.state.loadedModules == [])
    }

    @Test func without415ThereAreOnlyTheKernelsLines() {
        var story = story(.linux412)
        #expect(story.perform(coming) == ["applying a nfs"])
        #expect(story.perform(going) == ["reverting a nfs"])
    }

    @Test func inAPatchingTransitionPostPatchWaitsForCompletion() {
        var story = story(enabled: [])
        story.perform(.enable(patch: "a", outcome: .started))
        #expect(story.perform(coming) == ["applying a nfs", "pre_patch a nfs COMING"])
        story.perform(.completeTransition(patch: "a"))
        #expect(story.callbacks == ["post_patch a nfs LIVE"])
    }

    @Test func inAPatchingTransitionAGoingModuleRunsNoPreUnpatch() {
        var story = Story(.linux55, patches, loaded: ["nfs"])
        story.perform(.enable(patch: "a", outcome: .started))
        #expect(story.perform(going) == ["reverting a nfs", "post_unpatch a nfs GOING"])
        story.perform(.completeTransition(patch: "a"))
        #expect(story.callbacks == [])
    }

    @Test func inAnUnpatchingTransitionAComingModuleIsPatchedAndUndoneAtCompletion() {
        var story = story()
        story.perform(.disable(patch: "a"))
        #expect(story.perform(coming) == ["applying a nfs", "pre_patch a nfs COMING"])
        story.perform(.completeTransition(patch: "a"))
        #expect(story.callbacks == ["post_unpatch a nfs LIVE"])
    }

    @Test func inAnUnpatchingTransitionAGoingModuleRunsOnlyPostUnpatch() {
        var story = story()
        story.perform(coming)
        story.perform(.disable(patch: "a"))
        #expect(story.callbacks == ["pre_unpatch a nfs LIVE"])
        #expect(story.perform(going) == ["reverting a nfs", "post_unpatch a nfs GOING"])
        story.perform(.completeTransition(patch: "a"))
        #expect(story.callbacks == [])
    }

    @Test func patchesAreAppliedAndRevertedInTheOrderOfTheList() {
        var story = story(enabled: ["b", "a"])
        story.perform(coming)
        #expect(story.last.expectations.map(\.event.patch) == ["b", "b", "b", "a", "a", "a"])
        story.perform(going)
        #expect(story.last.expectations.map(\.event.patch) == ["b", "b", "b", "a", "a", "a"])
    }

    @Test func aRefusalRevertsEarlierPatchesWhileTheModuleIsStillComing() {
        var story = story(enabled: ["a", "b", "c"])
        let lines = story.perform(.moduleComing(module: "nfs", outcome: .prePatchFailed(patch: "b")))
        #expect(
            lines == [
                "applying a nfs", "pre_patch a nfs COMING", "post_patch a nfs COMING", "applying b nfs",
                "pre_patch b nfs COMING", "prePatchFailed nfs", "refusing b nfs", "pre_unpatch a nfs COMING",
                "reverting a nfs", "post_unpatch a nfs COMING",
            ])
        #expect(story.state.loadedModules == [])
        #expect(story.perform(going) == [])
    }

    @Test func aPatchThatCannotBeAppliedRunsPostUnpatchBeforeTheRefusal() {
        var story = story()
        let lines = story.perform(.moduleComing(module: "nfs", outcome: .applyFailed(patch: "a")))
        #expect(
            lines == [
                "applying a nfs", "pre_patch a nfs COMING", "applyFailed a nfs", "post_unpatch a nfs COMING",
                "refusing a nfs",
            ])
    }

    @Test func aPatchThatCannotBeInitialisedIsNotApplied() {
        var story = story()
        let lines = story.perform(.moduleComing(module: "nfs", outcome: .initializeFailed(patch: "a")))
        #expect(lines == ["initializeFailed a nfs", "refusing a nfs"])
    }

    @Test func aRefusedModuleMayComeAgain() {
        var story = story()
        story.perform(.moduleComing(module: "nfs", outcome: .prePatchFailed(patch: "a")))
        story.perform(coming)
        #expect(story.objections == [] && story.state.loadedModules == ["nfs"])
        story.perform(coming)
        #expect(story.objections == [.applyOnce])
    }

    @Test(arguments: [Generation.linux412, .linux415, .linux416])
    func aRegisteredPatchThatCannotBeInitialisedRefusesTheModuleThoughDisabled(generation: Generation) {
        // klp_module_coming before 5.1 initialises the object before it asks whether the patch is enabled.
        var story = story(generation)
        story.disable("a")
        #expect(story.perform(coming) == [])
        story.perform(going)
        let lines = story.perform(.moduleComing(module: "nfs", outcome: .initializeFailed(patch: "a")))
        #expect(lines == ["initializeFailed a nfs", "refusing a nfs"])
    }

    @Test func aModuleThatNoPatchNamesPrintsNothing() {
        var story = story()
        #expect(story.perform(.moduleComing(module: "ext4", outcome: .applied)) == [])
        #expect(story.perform(.moduleGoing(module: "ext4")) == [])
    }
}
