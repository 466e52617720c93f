import Livepatch
import ReferenceEngine
import Testing

@Suite("Types of shadow variables (klp_shadow_register of shadow-types-2022)")
struct ShadowTypeTests {
    private func livepatch(_ name: String, replace: Bool = false, types: [UInt64], of object: String = "vmlinux")
        -> LivepatchDescription
    {
        LivepatchDescription(
            name: name, objects: [ObjectDescription(name: object, shadowTypes: types)], replace: .fixed(replace),
            states: [])
    }

    private func story(_ livepatches: LivepatchDescription..., loaded: Set<String> = []) -> Story {
        Story(.shadowTypes2022, livepatches, loaded: loaded)
    }

    private func allocate(by caller: String) -> Operation {
        .shadow(ShadowCall(caller: caller, .alloc, object: "file", id: 7, isPrinted: false))
    }

    @Test func theLastUserFreesTheVariables() {
        var story = story(livepatch("a", types: [7]), livepatch("b", types: [7]))
        story.enable("a")
        story.enable("b")
        #expect(story.state.shadowTypes.users == [7: 2])
        story.perform(allocate(by: "a"))
        story.disable("a")
        #expect(story.state.shadowVariables.count == 1)
        story.disable("b")
        #expect(story.state.shadowVariables.count == 0)
        #expect(story.state.shadowTypes == ShadowTypes())
    }

    @Test func aReplacedPatchKeepsItsRegistrations() {
        var story = story(livepatch("old", types: [7]), livepatch("new", replace: true, types: []))
        story.enable("old")
        story.perform(allocate(by: "old"))
        story.enable("new")
        story.disable("new")
        #expect(story.state.shadowTypes.users == [7: 1])
        #expect(story.state.shadowVariables.count == 1)
    }

    @Test func aModulesTypesComeAndGoWithIt() {
        var story = story(livepatch("fix", types: [7], of: "nfs"))
        story.enable("fix")
        #expect(story.state.shadowTypes.users == [:])
        story.perform(.moduleComing(module: "nfs", outcome: .applied))
        #expect(story.state.shadowTypes.users == [7: 1])
        story.perform(.moduleGoing(module: "nfs"))
        #expect(story.state.shadowTypes.users == [:])
    }

    @Test func theTypesOfARefusedModuleStayRegistered() {
        var story = story(livepatch("fix", types: [7], of: "nfs"))
        story.enable("fix")
        story.perform(.moduleComing(module: "nfs", outcome: .prePatchFailed(patch: "fix")))
        #expect(story.state.shadowTypes.users == [7: 1])
        #expect(story.perform(.moduleComing(module: "nfs", outcome: .applied)).contains("shadowTypeKnownAlready"))
    }

    @Test func aFailedEnableUnregistersEveryObjectsTypes() {
        var story = story(
            LivepatchDescription(
                name: "fix",
                objects: [
                    ObjectDescription(name: "vmlinux", shadowTypes: [7]),
                    ObjectDescription(name: "nfs", shadowTypes: [8]),
                ], replace: .fixed(false), states: []), loaded: ["nfs"])
        let lines = story.perform(.enable(patch: "fix", outcome: .prePatchFailed(object: "vmlinux")))
        #expect(lines.filter { $0.hasPrefix("shadowType") } == ["shadowTypeNotKnown"])
        #expect(story.state.shadowTypes == ShadowTypes())
    }

    @Test func onlyARegisteredTypeFindsItsVariable() {
        var story = story(livepatch("fix", types: [7], of: "nfs"))
        story.enable("fix")
        let get = Operation.shadow(ShadowCall(caller: "fix", .get, object: "file", id: 7))
        #expect(story.perform(get).first == "shadowTypeUnknown")
        story.perform(.moduleComing(module: "nfs", outcome: .applied))
        #expect(story.perform(get).contains("shadowTypeUnknown") == false)
    }
}
