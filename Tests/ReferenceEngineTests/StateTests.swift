import Livepatch
import ReferenceEngine
import Testing

@Suite("States decide which livepatches fit together (klp_is_patch_compatible)")
struct StateTests {
    /// What is enabled modifies the first states; the new patch the second, and replaces or not.
    static let cases: [(old: [UInt: UInt], new: [UInt: UInt], replaces: Bool, fits: Bool)] = [
        ([:], [:], true, true),
        ([:], [1: 1], true, true),
        ([1: 1], [1: 1], true, true),
        ([1: 1], [1: 2], true, true),
        ([1: 2], [1: 1], true, false),
        ([1: 2], [1: 1], false, false),
        ([1: 1], [:], true, false),
        ([1: 1], [:], false, true),
        ([1: 1], [2: 1], true, false),
        ([1: 1], [2: 1], false, true),
        ([1: 1, 2: 3], [1: 2, 2: 3], true, true),
        ([1: 1, 2: 3], [1: 2, 2: 2], false, false),
    ]

    private func story(_ generation: Generation, _ old: [UInt: UInt]?, _ new: [UInt: UInt]?, _ replaces: Bool) -> Story
    {
        var story = Story(
            generation,
            [.with("old", "vmlinux", states: old), .with("new", "vmlinux", replace: replaces, states: new)])
        story.enable("old")
        return story
    }

    @Test(arguments: cases)
    func aPatchMustKnowTheStatesAtTheSameOrANewerVersion(
        old: [UInt: UInt], new: [UInt: UInt], replaces: Bool, fits: Bool
    ) {
        var story = story(.linux55, old, new, replaces)
        #expect(story.engine.isCompatible("new", with: story.state) == fits)
        story.perform(.enable(patch: "new", outcome: .started))
        #expect(story.objections == (fits ? [] : [.statesDecideCompatibility]))
    }

    @Test(arguments: cases)
    func aRefusalIsObjectedToIfThePatchFits(old: [UInt: UInt], new: [UInt: UInt], replaces: Bool, fits: Bool) {
        var story = story(.linux55, old, new, replaces)
        let before = story.state
        #expect(story.perform(.refuseEnable(patch: "new")) == ["incompatible new"])
        #expect(story.objections == (fits ? [.statesDecideCompatibility] : []))
        #expect(story.state == before)
    }

    @Test(arguments: Generation.allCases.filter { $0 < .linux55 })
    func before55NobodyAsks(generation: Generation) {
        var story = story(generation, [1: 2], [1: 1], false)
        #expect(story.engine.isCompatible("new", with: story.state) == nil)
        #expect(story.perform(.refuseEnable(patch: "new")) == [])
        story.perform(.enable(patch: "new", outcome: .started))
        #expect(story.objections == [])
    }

    @Test func whatIsNotDescribedIsNotDecided() {
        let unknownOld = story(.linux55, nil, [1: 1], true)
        #expect(unknownOld.engine.isCompatible("new", with: unknownOld.state) == nil)
        let unknownNew = story(.linux55, [1: 1], nil, true)
        #expect(unknownNew.engine.isCompatible("new", with: unknownNew.state) == nil)
        #expect(unknownNew.engine.isCompatible("stranger", with: unknownNew.state) == nil)
    }
}
