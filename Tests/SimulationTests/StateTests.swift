import Testing

/// Callbacks that look for the state of an earlier livepatch (klp_get_prev_state, linux-5.5).
@Suite struct StateTests {
    private static let livepatches = """
        livepatches:
          - {name: old, replace: true, objects: [{name: vmlinux}], states: [{id: 1, version: 1}]}
          - name: new
            replace: true
            objects:
              - {name: vmlinux, callbacks: [pre_patch, post_patch, pre_unpatch, post_unpatch]}
            states:
              - id: 1
                version: 2
                prints:
                  pre_patch: {first: "pre first", taken_over: "pre taken over"}
                  post_patch: {first: "post first", taken_over: "post taken over"}
                  pre_unpatch: {first: "restores", taken_over: "passes back"}
                  post_unpatch: {first: "frees", taken_over: "keeps"}
        """

    /// The replaced patches are freed only after the callbacks (klp_free_replaced_patches_async, linux-5.5).
    @Test func aReplacedLivepatchIsStillThereInPostPatch() throws {
        let lines = try kernelLines(
            """
            summary: A state is taken over.
            \(Self.livepatches)
            steps:
              - load: old
              - load: new
              - disable: new
            """)
        #expect(
            lines.filter { $0.hasPrefix("new: ") && !$0.contains("callback") } == [
                "new: pre taken over", "new: post taken over", "new: restores", "new: frees",
            ])
    }

    @Test func aReversedReplacementLeavesTheStateToTheOldLivepatch() throws {
        let lines = try kernelLines(
            """
            summary: A state is not taken over after all.
            \(Self.livepatches)
            steps:
              - load: old
              - load: new
                pending: true
              - disable: new
            """)
        #expect(
            lines.filter { $0.hasPrefix("new: ") && !$0.contains("callback") } == [
                "new: pre taken over", "new: keeps",
            ])
    }
}
