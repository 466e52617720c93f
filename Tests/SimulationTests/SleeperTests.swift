import Testing

/// Which tasks hold up a transition (klp_check_stack_func, linux-5.5).
@Suite struct SleeperTests {
    private static let replacement = """
        livepatches:
          - {name: old, objects: [{name: vmlinux, functions: [do_work]}]}
          - {name: new, replace: true, objects: [{name: vmlinux, functions: [do_other_work]}]}
        """

    @Test func aTaskInTheOldLivepatchHoldsUpTheReplacementThatRestoresTheOriginal() throws {
        let lines = try kernelLines(
            """
            summary: The task is in old's do_work.
            \(Self.replacement)
            steps:
              - load: old
              - block: do_work
              - load: new
            """)
        #expect(lines.last == "livepatch: 'new': starting patching transition")
    }

    @Test func aTaskThatEntersDuringTheReplacementRunsTheOriginalAndHoldsNothingUp() throws {
        let lines = try kernelLines(
            """
            summary: The task is in the original do_work.
            \(Self.replacement)
            steps:
              - load: old
              - load: new
                pending: true
              - block: do_work
            """)
        #expect(lines.last == "livepatch: 'new': patching complete")
    }

    @Test func aTaskInTheRestoredOriginalHoldsUpTheReversal() throws {
        let lines = try kernelLines(
            """
            summary: The task has to leave the original do_work for old's.
            \(Self.replacement)
            steps:
              - load: old
              - load: new
                pending: true
              - block: do_work
                pending: true
              - disable: new
            """)
        #expect(lines.last == "livepatch: 'new': starting unpatching transition")
    }

    @Test func aTaskThatEntersDuringTheDisablingRunsWhatIsBelow() throws {
        let lines = try kernelLines(
            """
            summary: The task is in the original do_work already.
            \(Self.replacement)
            steps:
              - load: old
              - disable: old
                pending: true
              - block: do_work
            """)
        #expect(lines.last == "livepatch: 'old': unpatching complete")
    }

    /// What it restored is long done with; the function is a later livepatch's.
    @Test func aTaskInALaterLivepatchDoesNotHoldUpTheDisablingOfAReplaceLivepatch() throws {
        let lines = try kernelLines(
            """
            summary: The replace livepatch is the lower one here.
            \(Self.replacement)
            steps:
              - block: do_work              # the original, which nobody patches yet
              - load: new
              - unblock: do_work
              - load: old
              - block: do_work
              - disable: new
            """)
        #expect(lines.last == "livepatch: 'new': unpatching complete")
    }
}
