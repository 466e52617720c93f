import Livepatch
import ReferenceEngine
import Testing

@Suite("What each policy of transitions changes")
struct ConsistencyTests {
    private let patches = [LivepatchDescription.with("p", "vmlinux")]

    @Test func in40AnEnableIsDoneAtOnce() {
        var story = Story(.linux40, patches)
        #expect(story.perform(.enable(patch: "p", outcome: .started)) == ["enabling p"])
        #expect(story.enabled == ["p"] && story.state.transition == nil)
        #expect(story.state.patch("p")?.objects.first?.isPatched == true)
    }

    @Test func in40ADisableIsDoneAtOnce() {
        var story = Story(.linux40, patches)
        story.enable("p")
        #expect(story.perform(.disable(patch: "p")) == ["disabling p"])
        #expect(story.enabled == [] && story.listed == ["p"] && story.objections == [])
    }

    @Test func in412ATransitionStartsAndEndsWithoutDebugLines() {
        var story = Story(.linux412, patches)
        #expect(story.perform(.enable(patch: "p", outcome: .started)) == ["enabling p", "starting patching p"])
        #expect(story.perform(.completeTransition(patch: "p")) == ["complete patching p"])
        #expect(story.perform(.disable(patch: "p")) == ["starting unpatching p"])
        #expect(story.perform(.reverse(patch: "p")) == ["starting patching p"])
    }

    @Test func in412AFailedEnableIsCancelledSilently() {
        var story = Story(.linux412, patches)
        #expect(story.perform(.enable(patch: "p", outcome: .failed)) == ["enabling p", "enableFailed p"])
        #expect(story.state.transition == nil && story.enabled == [] && story.objections == [])
    }

    @Test(arguments: generationsWithCallbacks)
    func since415AnEnablingIsToldInFull(generation: Generation) {
        var story = Story(generation, patches)
        let enabling = story.perform(.enable(patch: "p", outcome: .started))
        #expect(
            enabling == ["enabling p", "initializing patching p", "pre_patch p vmlinux", "starting patching p"])
        let completion = story.perform(.completeTransition(patch: "p"))
        #expect(completion == ["completing patching p", "post_patch p vmlinux", "complete patching p"])
        #expect(story.enabled == ["p"] && story.state.transition == nil)
    }

    @Test(arguments: generationsWithCallbacks)
    func since415ADisablingIsToldInFull(generation: Generation) {
        var story = Story(generation, patches)
        story.enable("p")
        let disabling = story.perform(.disable(patch: "p"))
        #expect(disabling == ["initializing unpatching p", "pre_unpatch p vmlinux", "starting unpatching p"])
        let completion = story.perform(.completeTransition(patch: "p"))
        #expect(completion == ["completing unpatching p", "post_unpatch p vmlinux", "complete unpatching p"])
        #expect(story.enabled == [])
    }

    @Test(arguments: generationsWithCallbacks)
    func since415ACauselessFailureIsObjectedTo(generation: Generation) {
        var story = Story(generation, patches)
        story.perform(.enable(patch: "p", outcome: .failed))
        #expect(story.objections == [.failedEnableHasCause])
    }

    @Test(arguments: generationsWithTransitions)
    func onlyOneTransitionRunsAtATime(generation: Generation) {
        var story = Story(generation, patches + [.with("q", "vmlinux")])
        story.perform(.enable(patch: "p", outcome: .started))
        story.perform(.enable(patch: "q", outcome: .started))
        #expect(story.last.objections.first == Objection(rule: .oneTransitionAtATime, other: "p"))
    }

    @Test(arguments: Generation.allCases)
    func everyExpectedLineIsOneThatTheGenerationPrintsAtItsLevel(generation: Generation) {
        var story = Story(generation, patches + [.with("m", "nfs")])
        for operation: Livepatch.Operation in [
            .enable(patch: "p", outcome: .started), .signal, .force, .completeTransition(patch: "p"),
            .enable(patch: "m", outcome: .started), .moduleComing(module: "nfs", outcome: .applied),
            .reverse(patch: "m"), .completeTransition(patch: "m"), .moduleGoing(module: "nfs"), .disable(patch: "p"),
        ] {
            story.perform(operation)
            for expectation in story.last.expectations {
                #expect(Catalogue.print(expectation.event, for: generation) != nil, "\(expectation.event)")
                #expect(Catalogue.level(of: expectation.event.message, for: generation) == expectation.level)
            }
        }
    }
}
