import Livepatch
import Testing

/// What stands before the line about a failure.
@Suite struct CauseTests {
    private let occupied = """
        summary: A function that a kprobe has for itself.
        livepatches: [{name: fix, objects: [{name: vmlinux, functions: [do_work]}]}]
        steps:
          - occupy: do_work
          - load: fix
            fails: EBUSY
        """

    @Test(arguments: Generation.allCases) func theCauseOfAFailedEnableIsSaidInEveryGeneration(_ generation: Generation)
        throws
    {
        let lines = try kernelLines(occupied, generation)
        #expect(lines.contains("livepatch: failed to register ftrace handler for function 'do_work' (-16)"))
    }

    @Test func before415FailedToEnableComesRightAfterTheCause() throws {
        #expect(
            try kernelLines(occupied, .linux412) == [
                "livepatch: enabling patch 'fix'",
                "livepatch: failed to register ftrace handler for function 'do_work' (-16)",
                "livepatch: failed to enable patch 'fix'",
            ])
    }

    /// klp_get_prev_state (linux-5.5) answers only while a patch is in transition.
    @Test func outsideOfATransitionNoStateIsTakenOver() throws {
        let lines = try kernelLines(
            """
            summary: The second livepatch's first object comes when no transition runs.
            modules: [{name: driver, init: driver_init}]
            livepatches:
              - {name: a, objects: [{name: vmlinux}], states: [{id: 1}]}
              - name: b
                objects: [{name: driver, callbacks: [pre_patch]}]
                states: [{id: 1, prints: {pre_patch: {first: "first: new", taken_over: "first: old"}}}]
            steps:
              - load: a
              - load: b
              - load: driver
            """)
        #expect(lines.contains("b: first: new"))
        #expect(!lines.contains("b: first: old"))
    }
}
