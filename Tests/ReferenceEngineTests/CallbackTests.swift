import Livepatch
import ReferenceEngine
import Testing

@Suite("Callbacks")
struct CallbackTests {
    private let objects = ["vmlinux", "nfs", "xfs"]
    private let patches = [LivepatchDescription.with("p", "vmlinux", "nfs", "xfs")]

    private func story(_ generation: Generation = .linux55) -> Story {
        Story(generation, patches, loaded: ["nfs", "xfs"])
    }

    @Test(arguments: generationsWithCallbacks)
    func objectsComeInTheSameOrderInAllPhases(generation: Generation) {
        var story = story(generation)
        var phases: [[String]] = []
        for operation: Livepatch.Operation in [
            .enable(patch: "p", outcome: .started), .completeTransition(patch: "p"), .disable(patch: "p"),
            .completeTransition(patch: "p"),
        ] {
            story.perform(operation)
            phases.append(story.last.expectations.filter(\.isCallback).compactMap(\.event.object))
        }
        #expect(phases == [objects, objects, objects, objects])
    }

    @Test func aModulesCallbackSaysThatItIsLiveAndVmlinuxSaysNothing() {
        var story = story()
        story.perform(.enable(patch: "p", outcome: .started))
        #expect(story.callbacks == ["pre_patch p vmlinux", "pre_patch p nfs LIVE", "pre_patch p xfs LIVE"])
    }

    @Test func anAbsentModuleHasNoCallbacks() {
        var story = Story(.linux55, patches, loaded: ["xfs"])
        story.perform(.enable(patch: "p", outcome: .started))
        #expect(story.callbacks == ["pre_patch p vmlinux", "pre_patch p xfs LIVE"])
    }

    @Test func onlyDefinedCallbacksPrint() {
        var story = Story(.linux55, [.with("p", "vmlinux", callbacks: [.postPatch])])
        story.perform(.enable(patch: "p", outcome: .started))
        #expect(story.callbacks == [])
        story.perform(.completeTransition(patch: "p"))
        #expect(story.callbacks == ["post_patch p vmlinux"])
    }

    @Test(arguments: [Generation.linux40, .linux412])
    func before415NobodyHasCallbacks(generation: Generation) {
        var story = story(generation)
        story.perform(.enable(patch: "p", outcome: .started))
        #expect(story.callbacks == [])
    }

    @Test(arguments: 0..<3)
    func aFailingPrePatchUndoesOnlyWhatWasPreparedBefore(place: Int) {
        var story = story()
        let failed = objects[place]
        story.perform(.enable(patch: "p", outcome: .prePatchFailed(object: failed)))
        let messages = story.last.expectations.filter { !$0.isCallback }.map(\.event.short)
        #expect(
            messages == [
                "enabling p", "initializing patching p", "prePatchFailed \(failed)", "enableFailed p", "canceling p",
                "completing unpatching p", "complete unpatching p",
            ])
        let prepared = objects[...place].map { "pre_patch \(labelled($0))" }
        let undone = objects[..<place].map { "post_unpatch \(labelled($0))" }
        #expect(story.callbacks == prepared + undone)
        #expect(story.listed == [] && story.state.transition == nil && story.objections == [])
    }

    @Test(arguments: 0..<3)
    func anObjectThatCannotBePatchedIsUndoneToo(place: Int) {
        var story = story()
        let failed = objects[place]
        story.perform(.enable(patch: "p", outcome: .patchObjectFailed(object: failed)))
        #expect(story.lines.contains("patchObjectFailed \(failed)"))
        let prepared = objects[...place].map { "pre_patch \(labelled($0))" }
        let undone = objects[...place].map { "post_unpatch \(labelled($0))" }
        #expect(story.callbacks == prepared + undone)
    }

    @Test func aReversedEnableRunsPostUnpatchAndNoPreUnpatch() {
        var story = Story(.linux55, patches)
        story.perform(.enable(patch: "p", outcome: .started))
        #expect(story.perform(.reverse(patch: "p")) == ["reversing patching p", "starting unpatching p"])
        let completion = story.perform(.completeTransition(patch: "p"))
        #expect(completion == ["completing unpatching p", "post_unpatch p vmlinux", "complete unpatching p"])
        #expect(story.listed == [])
    }

    @Test func aReversedDisableRunsPostPatchAgain() {
        var story = Story(.linux55, patches)
        story.enable("p")
        story.perform(.disable(patch: "p"))
        #expect(story.perform(.reverse(patch: "p")) == ["reversing unpatching p", "starting patching p"])
        let completion = story.perform(.completeTransition(patch: "p"))
        #expect(completion == ["completing patching p", "post_patch p vmlinux", "complete patching p"])
        #expect(story.enabled == ["p"])
    }

    @Test func aTransitionMayBeReversedTwice() {
        var story = Story(.linux55, patches)
        story.perform(.enable(patch: "p", outcome: .started))
        story.perform(.reverse(patch: "p"))
        #expect(story.perform(.reverse(patch: "p")) == ["reversing unpatching p", "starting patching p"])
        story.perform(.completeTransition(patch: "p"))
        #expect(story.callbacks == ["post_patch p vmlinux"] && story.enabled == ["p"])
    }

    private func labelled(_ object: String) -> String { object == "vmlinux" ? "p vmlinux" : "p \(object) LIVE" }
}
