import Livepatch
import ReferenceEngine
import Testing

@Suite("The function stack, and what the stack check compares")
struct FunctionStackTests {
    private let function = PatchedFunction(object: "vmlinux", name: "do_work")

    private func story(_ generation: Generation = .linux55) -> Story {
        Story(
            generation,
            [
                livepatch("lower", ["do_work"]), livepatch("upper", ["do_work"]),
                livepatch("all", ["do_other_work"], replaces: true),
            ])
    }

    private func livepatch(_ name: String, _ functions: [String], replaces: Bool = false) -> LivepatchDescription {
        LivepatchDescription(
            name: name, objects: [ObjectDescription(name: "vmlinux", functions: functions)], replace: .fixed(replaces),
            states: [])
    }

    private func stack(_ story: Story) -> FunctionStack { story.engine.stack(of: function, in: story.state) }

    /// What the unpatched and the patched tasks run.
    private func codes(_ story: Story) -> [Implementation] {
        [TaskState.unpatched, .patched].map { stack(story).implementation(for: $0, in: story.state.transition) }
    }

    private func comparison(_ story: Story) -> FunctionStack.Comparison? {
        story.state.transition.flatMap { stack(story).comparison(in: $0) }
    }

    @Test func theLastAppliedIsOnTop() {
        var story = story()
        for patch in ["lower", "upper"] { story.enable(patch) }
        #expect(stack(story).entries.map(\.patch) == ["lower", "upper"])
        #expect(codes(story) == [.replacement(patch: "upper"), .replacement(patch: "upper")])
        story.disable("upper")
        #expect(codes(story) == [.replacement(patch: "lower"), .replacement(patch: "lower")])
        story.disable("lower")
        #expect(stack(story).entries.isEmpty && codes(story) == [.original, .original])
    }

    @Test func inATransitionTheTopIsForThoseWhoArePatched() {
        var story = story()
        story.perform(.enable(patch: "lower", outcome: .started))
        #expect(codes(story) == [.original, .replacement(patch: "lower")])
        #expect(comparison(story) == .implementation(.original))
        story.perform(.completeTransition(patch: "lower"))
        story.perform(.enable(patch: "upper", outcome: .started))
        #expect(codes(story) == [.replacement(patch: "lower"), .replacement(patch: "upper")])
        #expect(comparison(story) == .implementation(.replacement(patch: "lower")))
        story.perform(.reverse(patch: "upper"))
        #expect(codes(story) == [.replacement(patch: "lower"), .replacement(patch: "upper")])
        #expect(comparison(story) == .implementation(.replacement(patch: "upper")))
    }

    @Test func theTransitionOfALowerPatchChangesNobodysCode() {
        var story = story()
        for patch in ["lower", "upper"] { story.enable(patch) }
        story.perform(.disable(patch: "lower"))
        #expect(codes(story) == [.replacement(patch: "upper"), .replacement(patch: "upper")])
        #expect(comparison(story) == .implementation(.replacement(patch: "lower")))
    }

    @Test func belowTheBottomTheStackCheckReadsWhatIsNoEntry() {
        var story = story()
        for patch in ["lower", "upper"] { story.enable(patch) }
        story.perform(.disable(patch: "lower"))
        story.perform(.reverse(patch: "lower"))
        #expect(comparison(story) == .beyondTheStack)
        story.perform(.reverse(patch: "lower"))
        #expect(comparison(story) == .implementation(.replacement(patch: "lower")))
    }

    @Test func whatAReplacementRestoresIsANopUntilItsPatchingCompletes() {
        var story = story()
        story.enable("lower")
        story.perform(.enable(patch: "all", outcome: .started))
        #expect(stack(story).entries.map(\.isNop) == [false, true])
        #expect(codes(story) == [.replacement(patch: "lower"), .original])
        #expect(comparison(story) == .implementation(.replacement(patch: "lower")))
        story.perform(.reverse(patch: "all"))
        #expect(comparison(story) == .implementation(.original))
        story.perform(.reverse(patch: "all"))
        story.perform(.completeTransition(patch: "all"))
        #expect(stack(story).entries.isEmpty)
        story.perform(.disable(patch: "all"))
        #expect(stack(story).entries.isEmpty && comparison(story) == nil)
    }

    @Test func theFunctionsOfAModuleThatIsNotLoadedAreNotPatched() {
        var story = Story(
            .linux55,
            [
                LivepatchDescription(
                    name: "fix", objects: [ObjectDescription(name: "busy", functions: ["busy_work"])],
                    replace: .fixed(false), states: [])
            ])
        story.enable("fix")
        #expect(story.engine.patchedFunctions(in: story.state) == [])
        #expect(!story.engine.hasPatchedFunctions(in: story.state))
        story.perform(.moduleComing(module: "busy", outcome: .applied))
        #expect(story.engine.patchedFunctions(in: story.state) == [PatchedFunction(object: "busy", name: "busy_work")])
        #expect(story.engine.hasPatchedFunctions(in: story.state))
    }
}
