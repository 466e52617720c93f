import Livepatch
import ReferenceEngine
import Testing

@Suite("What each policy of signals changes")
struct SignalTests {
    private func inTransition(_ generation: Generation) -> Story {
        var story = Story(generation, [.with("p", "vmlinux")])
        story.perform(.enable(patch: "p", outcome: .started))
        return story
    }

    @Test func before416NobodySignals() {
        for generation in [Generation.linux412, .linux415] {
            var story = inTransition(generation)
            #expect(story.perform(.signal) == [])
            #expect(story.perform(.force) == [])
        }
    }

    @Test func in416EveryWriteSignals() {
        var story = inTransition(.linux416)
        for _ in 0..<2 {
            #expect(story.perform(.signal) == ["signaling"])
            #expect(story.objections == [])
        }
    }

    @Test(arguments: [Generation.linux51, .linux55])
    func since51ATransitionSignalsOnce(generation: Generation) {
        var story = inTransition(generation)
        #expect(story.perform(.signal) == ["signaling"])
        #expect(story.objections == [])
        story.perform(.signal)
        #expect(story.objections == [.signalNeedsTransition])
    }

    @Test(arguments: [Generation.linux51, .linux55])
    func aReversalCountsAnew(generation: Generation) {
        var story = inTransition(generation)
        story.perform(.signal)
        story.perform(.reverse(patch: "p"))
        story.perform(.signal)
        #expect(story.objections == [])
    }

    @Test(arguments: [Generation.linux416, .linux51, .linux55])
    func signalAndForceNeedATransition(generation: Generation) {
        var story = Story(generation, [.with("p", "vmlinux")])
        story.perform(.signal)
        #expect(story.objections == [.signalNeedsTransition])
        story.perform(.force)
        #expect(story.objections == [.forceNeedsTransition])
    }

    @Test(arguments: [Generation.linux416, .linux51, .linux55])
    func aForcedTransitionStillCompletes(generation: Generation) {
        var story = inTransition(generation)
        #expect(story.perform(.force) == ["forcing"])
        #expect(story.objections == [] && story.state.isInTransition("p"))
        story.perform(.completeTransition(patch: "p"))
        #expect(story.objections == [] && story.enabled == ["p"])
    }
}
