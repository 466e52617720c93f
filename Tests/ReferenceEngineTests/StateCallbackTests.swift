import Livepatch
import ReferenceEngine
import Testing

/// The designs that give callbacks to states.
private let designs = [Generation.states2023, .states2025]

@Suite("Callbacks of states (klp_states_pre_patch and its like)")
struct StateCallbackTests {
    @Test(arguments: designs) func runOnceForAStateWhicheverPatchesHaveIt(generation: Generation) {
        var story = Story(generation, [.with("a", states: 1), .with("b", states: 1, 2)])
        #expect(story.perform(.enable(patch: "a", outcome: .started)).contains("pre_patch a 1"))
        #expect(story.perform(.completeTransition(patch: "a")).contains("post_patch a 1"))
        #expect(
            story.perform(.enable(patch: "b", outcome: .started)).filter { $0.contains(" b ") } == ["pre_patch b 2"])
        story.perform(.completeTransition(patch: "b"))
        #expect(story.stateCallbacks == ["post_patch b 2"])
        story.disable("a")
        #expect(story.stateCallbacks == [])
        story.perform(.disable(patch: "b"))
        #expect(story.stateCallbacks == ["pre_unpatch b 1", "pre_unpatch b 2"])
        story.perform(.completeTransition(patch: "b"))
        #expect(story.stateCallbacks == ["post_unpatch b 1", "post_unpatch b 2"])
    }

    @Test(arguments: designs) func ofObsoleteStatesAreThoseOfTheReplacedPatch(generation: Generation) {
        var story = Story(generation, [.with("old", states: 1, 2), .with("new", states: 2, 3, replace: true)])
        story.enable("old")
        story.perform(.enable(patch: "new", outcome: .started))
        #expect(story.stateCallbacks == ["pre_patch new 3", "pre_unpatch old 1"])
        story.perform(.completeTransition(patch: "new"))
        #expect(story.stateCallbacks == ["post_unpatch old 1", "post_patch new 3"])
    }

    @Test(arguments: zip(designs, [[], ["post_patch old 1"]]))
    func ofObsoleteStatesAreOrAreNotUndoneByAReversal(generation: Generation, undone: [String]) {
        var story = Story(generation, [.with("old", states: 1), .with("new", states: 2, replace: true)])
        story.enable("old")
        story.perform(.enable(patch: "new", outcome: .started))
        story.perform(.reverse(patch: "new"))
        #expect(story.stateCallbacks == [])
        story.perform(.completeTransition(patch: "new"))
        #expect(story.stateCallbacks == undone + ["post_unpatch new 2"])
    }

    @Test(arguments: designs) func releaseOnlyWhatWasSetUp(generation: Generation) {
        var story = Story(generation, [.with("fix", states: 1, 2, 3)])
        let lines = story.perform(.enable(patch: "fix", outcome: .setupFailed(state: 2)))
        #expect(story.stateCallbacks == ["pre_patch fix 1", "pre_patch fix 2", "post_unpatch fix 1"])
        let isReleasedAtOnce =
            lines.firstIndex(of: "post_unpatch fix 1") ?? 0 < lines.firstIndex(of: "enableFailed fix") ?? 0
        #expect(isReleasedAtOnce == (generation == .states2023))
        #expect(story.listed == [])
    }

    @Test(arguments: designs) func replaceThoseOfObjects(generation: Generation) {
        var story = Story(generation, [.with("fix", "vmlinux", "nfs")], loaded: ["nfs"])
        story.enable("fix")
        #expect(story.callbacks == [])
        #expect(story.perform(.moduleGoing(module: "nfs")) == ["reverting fix nfs"])
    }

    /// klp_states_post_unpatch_replaced walks all patches of the list.
    @Test(arguments: designs) func ofLaterPatchesRunAtAReversedDisableOfAReplacePatch(generation: Generation) {
        var story = Story(generation, [.with("cumulative", states: 1, replace: true), .with("later", states: 2)])
        story.enable("cumulative")
        story.enable("later")
        story.perform(.disable(patch: "cumulative"))
        story.perform(.reverse(patch: "cumulative"))
        story.perform(.completeTransition(patch: "cumulative"))
        #expect(story.stateCallbacks == ["post_unpatch later 2", "post_patch cumulative 1"])
        #expect(story.enabled == ["cumulative", "later"])
    }
}

@Suite("Shadow variables of states")
struct StateShadowTests {
    private static let variable = ShadowVariables.Key(object: "file", id: 1)

    private func story(_ generation: Generation, _ livepatches: LivepatchDescription...) -> Story {
        var story = Story(generation, livepatches)
        story.enable(livepatches[0].name)
        story.perform(.shadow(ShadowCall(caller: livepatches[0].name, .alloc, object: "file", id: 1)))
        return story
    }

    @Test(arguments: designs) func endAfterTheirStatesRelease(generation: Generation) {
        var story = story(generation, .with("fix", states: 1, 2, isShadow: true))
        story.perform(.disable(patch: "fix"))
        #expect(story.state.shadowVariables[Self.variable] != nil)
        let lines = story.perform(.completeTransition(patch: "fix"))
        #expect(lines.filter { $0.contains("fix") }.contains("stateDestructor fix"))
        #expect(
            lines.firstIndex(of: "stateDestructor fix") == lines.firstIndex(of: "post_unpatch fix 1").map { $0 + 1 })
        #expect(story.state.shadowVariables.count == 0)
    }

    @Test(arguments: designs) func stayWhereTheStateIsHandedOver(generation: Generation) {
        var story = story(
            generation, .with("old", states: 1, isShadow: true), .with("new", states: 1, replace: true, isShadow: true))
        story.enable("new")
        #expect(story.state.shadowVariables.count == 1)
        story.disable("new")
        #expect(story.state.shadowVariables.count == 0)
    }

    @Test(arguments: zip(designs, [0, 1]))
    func ofAStateThatWasNeverSetUpEndOnlyIn2023(generation: Generation, left: Int) {
        var story = story(generation, .with("other"), .with("fix", states: 2, 1, isShadow: true))
        story.perform(.enable(patch: "fix", outcome: .setupFailed(state: 2)))
        #expect(story.state.shadowVariables.count == left)
    }
}

@Suite("States that cannot be disabled (klp_state.block_disable)")
struct BlockedStateTests {
    private func story(_ generation: Generation) -> Story {
        var blocking = LivepatchDescription.with("old", states: 1)
        blocking.states?[0].blocksDisable = true
        var story = Story(
            generation,
            [blocking, .with("without", replace: true), .with("beside"), .with("with", states: 1, replace: true)])
        story.enable("old")
        return story
    }

    @Test(arguments: designs) func keepTheirPatchEnabled(generation: Generation) {
        var story = story(generation)
        #expect(story.engine.blocksDisable("old") && !story.engine.blocksDisable("with"))
        #expect(story.perform(.refuseDisable(patch: "old")) == ["disableBlocked old"])
        #expect(story.objections == [])
        story.enable("with")
        story.perform(.refuseDisable(patch: "with"))
        #expect(story.objections == [.disableIsBlocked])
    }

    @Test(arguments: designs) func haveToBeKnownToWhoReplacesThem(generation: Generation) {
        let story = story(generation)
        #expect(story.engine.isCompatible("without", with: story.state) == false)
        #expect(story.engine.isCompatible("beside", with: story.state) == true)
        #expect(story.engine.isCompatible("with", with: story.state) == true)
    }

    @Test func meanNothingElsewhere() {
        #expect(!story(.linux55).engine.blocksDisable("old"))
    }
}

extension Story {
    /// The callbacks of states among the lines of the last operation.
    fileprivate var stateCallbacks: [String] {
        last.expectations.filter { $0.event.message == .stateCallback }.map(\.event.short)
    }
}
