import Livepatch
import ReferenceEngine
import Testing

@Suite("What a replace patch does")
struct ReplaceTests {
    private let patches = [
        LivepatchDescription.with("a", "vmlinux", "nfs"), .with("b", "vmlinux"),
        .with("r", "vmlinux", replace: true),
    ]

    private func story(_ generation: Generation = .linux55, loaded: Set<String> = []) -> Story {
        var story = Story(generation, patches, loaded: loaded)
        story.enable("a")
        story.enable("b")
        return story
    }

    @Test(arguments: [Generation.linux51, .linux55])
    func olderPatchesGoAtCompletionWithoutCallbacks(generation: Generation) {
        var story = story(generation, loaded: ["nfs"])
        story.perform(.enable(patch: "r", outcome: .started))
        #expect(story.enabled == ["a", "b", "r"])
        let completion = story.perform(.completeTransition(patch: "r"))
        #expect(completion == ["completing patching r", "post_patch r vmlinux", "complete patching r"])
        #expect(story.listed == ["r"])
    }

    @Test(arguments: [Generation.linux415, .linux416])
    func before51NothingIsReplaced(generation: Generation) {
        var story = story(generation)
        story.enable("r")
        #expect(story.enabled == ["a", "b", "r"])
    }

    @Test("with sets, a patch replaces those of its own alone, and restores only what they patch")
    func sets() {
        let patches = [("a", 1), ("b", 2), ("c", 1)].map { name, set in
            var patch = LivepatchDescription.with(name, name == "b" ? "nfs" : "vmlinux", replace: true)
            patch.replaceSet = UInt(set)
            return patch
        }
        var story = Story(.replaceSet2026, patches, loaded: [])
        for patch in ["a", "b", "c"] { story.enable(patch) }
        #expect(story.listed == ["b", "c"])
        #expect(story.enabled == ["b", "c"])
        var older = Story(.linux55, patches, loaded: [])
        for patch in ["a", "b", "c"] { older.enable(patch) }
        #expect(older.listed == ["c"])
    }

    @Test("with sets, patches that do not say that they replace keep to themselves")
    func withoutSets() {
        var story = story(.replaceSet2026)
        story.enable("r")
        #expect(story.enabled == ["a", "b", "r"])
    }

    @Test func aReplacementThatIsReversedReplacesNothing() {
        var story = story()
        story.perform(.enable(patch: "r", outcome: .started))
        story.perform(.reverse(patch: "r"))
        story.perform(.completeTransition(patch: "r"))
        #expect(story.enabled == ["a", "b"] && story.listed == ["a", "b"])
    }

    @Test func objectsThatOnlyRestoreHaveNoCallbacks() {
        var story = story(loaded: ["nfs"])
        story.perform(.enable(patch: "r", outcome: .started))
        #expect(story.callbacks == ["pre_patch r vmlinux"])
        let restored = story.state.patch("r")?.objects.last
        #expect(restored?.name == "nfs" && restored?.isDynamic == true && restored?.isPatched == true)
    }

    @Test func objectsThatOnlyRestoreAreDroppedAtCompletion() {
        var story = story(loaded: ["nfs"])
        story.enable("r")
        #expect(story.state.patch("r")?.objects.map(\.name) == ["vmlinux"])
        #expect(story.perform(.moduleGoing(module: "nfs")) == [])
    }

    @Test func inTransitionAReplacementHandlesAModuleThatItDoesNotName() {
        var story = story()
        story.perform(.enable(patch: "r", outcome: .started))
        let coming = story.perform(.moduleComing(module: "nfs", outcome: .applied))
        #expect(
            coming == ["applying a nfs", "pre_patch a nfs COMING", "post_patch a nfs COMING", "applying r nfs"])
        let going = story.perform(.moduleGoing(module: "nfs"))
        #expect(
            going == ["pre_unpatch a nfs GOING", "reverting a nfs", "post_unpatch a nfs GOING", "reverting r nfs"])
    }

    @Test func aPatchEnabledLaterIsNotReplacedByAReversedDisable() {
        // klp_unpatch_replaced_patches() stops at the patch itself: what was enabled later stays.
        var story = Story(.linux55, patches)
        story.enable("r")
        story.enable("b")
        story.perform(.disable(patch: "r"))
        story.perform(.reverse(patch: "r"))
        story.perform(.completeTransition(patch: "r"))
        #expect(story.enabled == ["r", "b"])
    }
}
