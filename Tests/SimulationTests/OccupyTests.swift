import Testing

/// Functions that a livepatch and a kprobe with a post handler both want.
@Suite struct OccupyTests {
    @Test func whoComesSecondIsRefused() throws {
        let failures = try simulation(
            """
            summary: First the livepatch has the function, then the kprobe.
            livepatches: [{name: fix, objects: [{name: vmlinux, functions: [do_work]}]}]
            steps:
              - load: fix
              - occupy: do_work
                fails: EBUSY
              - disable: fix
              - unload: fix
              - occupy: do_work
              - load: fix
                fails: EBUSY
            """
        ).failures
        #expect(failures == [nil, .busy, nil, nil, nil, .busy])
    }
}
