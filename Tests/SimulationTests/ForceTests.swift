import Livepatch
import Testing

/// Whose module can be removed after a force.
@Suite struct ForceTests {
    /// klp_forced is never reset: klp_complete_transition gives no module up any more (linux-4.16). Since 5.1 the flag is each
    /// patch's own (klp_patch.forced).
    @Test(arguments: [Generation.linux416, .linux51, .linux55])
    func aLivepatchThatComesAfterTheForceIsPinnedOnlyIn416(_ generation: Generation) throws {
        let simulation = try simulation(
            """
            summary: other comes later.
            livepatches:
              - {name: fix, objects: [{name: vmlinux, functions: [do_work]}]}
              - {name: other, objects: [{name: vmlinux}]}
            steps:
              - block: do_work
              - load: fix
              - force: fix
              - load: other
              - disable: other
              - unload: other
            """, generation)
        let failure = try #require(simulation.failures.last)
        #expect(failure == (generation == .linux416 ? .busy : nil))
    }

    /// It has been given up before.
    @Test func aLivepatchThatIsDisabledWhenTheForceComesCanBeRemoved() throws {
        let simulation = try simulation(
            """
            summary: upper is disabled, lower is forced.
            livepatches:
              - {name: lower, objects: [{name: vmlinux, functions: [do_work]}]}
              - {name: upper, objects: [{name: vmlinux}]}
            steps:
              - load: lower
              - load: upper
              - disable: upper
              - block: do_work
              - disable: lower
              - force: lower
              - unload: upper
              - unload: lower
                fails: EBUSY
            """, .linux416)
        #expect(simulation.failures.dropLast().allSatisfy { $0 == nil })
    }
}
