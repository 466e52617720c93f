import Testing

/// What a scenario leaves out is known all the same.
@Suite struct DefaultTests {
    /// klp_is_patch_compatible asks a replace patch for every state; to say nothing of states is to have none.
    @Test func aLivepatchThatSaysNothingOfStatesHasNone() throws {
        let lines = try kernelLines(
            """
            summary: A replace patch without the state of the enabled one.
            livepatches:
              - {name: old, objects: [{name: vmlinux}], states: [{id: 1, version: 1}]}
              - {name: new, replace: true, objects: [{name: vmlinux}]}
            steps:
              - load: old
              - load: new
                fails: EINVAL
            """)
        #expect(
            lines.last
                == "livepatch: Livepatch patch (new) is not compatible with the already installed livepatches.")
    }

    @Test func aLivepatchThatSaysNothingOfReplaceDoesNotReplace() throws {
        let lines = try kernelLines(
            """
            summary: A plain patch without the state of the enabled one.
            livepatches:
              - {name: old, objects: [{name: vmlinux}], states: [{id: 1, version: 1}]}
              - {name: new, objects: [{name: vmlinux}]}
            steps:
              - load: old
              - load: new
              - disable: old
            """)
        #expect(lines.contains("livepatch: 'new': patching complete"))
        #expect(lines.last == "livepatch: 'old': unpatching complete")
    }
}
