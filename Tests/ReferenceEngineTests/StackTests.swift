import Livepatch
import ReferenceEngine
import Testing

@Suite("What each policy of the list of patches changes")
struct StackTests {
    private let patches = [LivepatchDescription.with("a", "vmlinux"), .with("b", "vmlinux")]

    @Test(arguments: Generation.allCases)
    func before51TheLastEnabledIsTheFirstDisabled(generation: Generation) {
        var story = Story(generation, patches)
        story.enable("a")
        story.enable("b")
        story.perform(.disable(patch: "a"))
        let isEnforced = generation < .linux51
        #expect(story.last.objections == (isEnforced ? [Objection(rule: .stackOrder, other: "b")] : []))
    }

    @Test(arguments: Generation.allCases)
    func theLastEnabledMayAlwaysBeDisabled(generation: Generation) {
        var story = Story(generation, patches)
        story.enable("a")
        story.enable("b")
        story.perform(.disable(patch: "b"))
        #expect(story.objections == [])
    }

    @Test(arguments: Generation.allCases.filter { $0 < .linux51 })
    func before51APatchAboveADisabledOneIsNotEnabled(generation: Generation) {
        // __klp_enable_patch: "enforce stacking: only the first disabled patch can be enabled".
        var story = Story(generation, patches)
        for name in ["a", "b"] { story.enable(name) }
        for name in ["b", "a"] { story.disable(name) }
        story.perform(.enable(patch: "b", outcome: .started))
        withKnownIssue("The engine asks for the order only when a patch is disabled.") {
            #expect(story.last.objections.first?.other == "a")
        }
    }

    @Test(arguments: Generation.allCases.filter { $0 < .linux51 })
    func before51ADisabledPatchStaysAndKeepsItsPlace(generation: Generation) {
        var story = Story(generation, patches)
        story.enable("a")
        story.enable("b")
        story.disable("b")
        story.disable("a")
        #expect(story.listed == ["a", "b"] && story.enabled == [])
        story.enable("a")
        #expect(story.listed == ["a", "b"] && story.enabled == ["a"] && story.objections == [])
    }

    @Test(arguments: [Generation.linux51, .linux55])
    func since51ADisabledPatchIsGoneAndComesBackAtTheEnd(generation: Generation) {
        var story = Story(generation, patches)
        story.enable("a")
        story.enable("b")
        story.disable("a")
        #expect(story.listed == ["b"])
        story.enable("a")
        #expect(story.listed == ["b", "a"] && story.enabled == ["b", "a"])
    }

    @Test(arguments: Generation.allCases)
    func whatIsEnabledIsNotEnabledAgain(generation: Generation) {
        var story = Story(generation, patches)
        story.enable("a")
        story.perform(.enable(patch: "a", outcome: .started))
        #expect(story.objections == [.enablingOfEnabledPatch])
    }

    @Test(arguments: Generation.allCases)
    func whatIsNotEnabledIsNotDisabled(generation: Generation) {
        var story = Story(generation, patches)
        story.perform(.disable(patch: "a"))
        #expect(story.objections == [.unpatchingNeedsEnabledPatch])
    }

    @Test(arguments: generationsWithTransitions)
    func onlyTheTransitionThatRunsIsReversedOrCompleted(generation: Generation) {
        var story = Story(generation, patches)
        story.enable("a")
        story.perform(.reverse(patch: "a"))
        #expect(story.objections == [.reversalNeedsTransition])
        var other = Story(generation, patches)
        other.enable("a")
        other.perform(.completeTransition(patch: "a"))
        #expect(other.objections == [.completionNeedsStart])
    }
}
