import Laboratory
import Livepatch
import Scenarios
import Testing

@Suite("A livepatch whose states have callbacks, in C")
struct StateSourceTests {
    private static let scenario = """
        summary: A state with everything.
        generations: [linux-5.5, states-2023, states-2025]
        livepatches:
          - name: fix
            objects:
              - {name: vmlinux, functions: [down_timeout], callbacks: [pre_patch]}
            states:
              - id: 7
                callbacks: [pre_patch, post_unpatch]
                pre_patch_ret: -ENODEV
                block_disable: true
                is_shadow: true
                allocates: file
                destroys: "fix_dtor: freed"
        steps:
          - load: fix
        """

    private func source(_ generation: Generation) throws -> String {
        let job = try GuestJob(
            try ScenarioFile.read(Self.scenario, name: "test"), name: "test", generation: generation)
        return try #require(job.modules.first).text
    }

    @Test(arguments: [
        (Generation.states2023, "fix: setup_state_callback: state 7", "fix: release_state_callback: state 7"),
        (.states2025, "fix: pre_patch_callback: state 7", "fix: post_unpatch_callback: state 7"),
    ])
    func printsWhatTheDesignCallsThem(generation: Generation, first: String, last: String) throws {
        let text = try source(generation)
        #expect(text.contains(first) && text.contains(last))
        #expect(
            text.contains("fix_dtor: freed") && text.contains(".is_shadow = true") && text.contains(".block_disable"))
        #expect(text.contains("klp_shadow_alloc(klp_lab_pointer(\"file\"), state->id"))
        #expect(text.contains("state_7_ret = -19"))
        #expect(!text.contains("klp_object *object)"))
    }

    @Test func hasNoneWhereTheKernelHasNone() throws {
        let text = try source(.linux55)
        #expect(text.contains("klp_object *object)") && !text.contains("klp_state *state)"))
        #expect(text.contains("{ .id = 7, .version = 0 }"))
    }

    @Test func isRefusedForAKernelThatTheScenarioDoesNotName() throws {
        let scenario = try ScenarioFile.read(
            Self.scenario.replacing("linux-5.5, ", with: ""), name: "test")
        #expect(throws: Unperformable.otherKernelsOnly([.states2023, .states2025], .linux55)) {
            try GuestJob(scenario, name: "test")
        }
    }
}
