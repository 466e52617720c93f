import Conformance
import Reports
import Testing

/// What is said of states with callbacks.
struct StateReportTests {
    private static let of2023 = """
        [   10.010000] livepatch: enabling patch 'p'
        [   10.020000] livepatch: 'p': initializing patching transition
        [   10.030000] p: setup_state_callback: state 1
        [   10.040000] livepatch: 'p': starting patching transition
        [   10.050000] livepatch: 'p': completing patching transition
        [   10.060000] p: enable_state_callback: state 1
        [   10.070000] livepatch: 'p': patching complete

        """
    private static let of2025 = of2023.replacing("setup_state", with: "pre_patch")
        .replacing("enable_state", with: "post_patch")

    @Test func callbacksAreCalledAsTheProposalCallsThem() {
        #expect(TextReport(makeReport(Self.of2023.utf8)).text.contains("callbacks: 2 lines (state 1: setup enable)"))
        #expect(
            TextReport(makeReport(Self.of2025.utf8)).text.contains("callbacks: 2 lines (state 1: pre_patch post_patch)")
        )
    }

    @Test func aFindingNamesTheStateAndItsLivepatch() {
        let log = Self.of2023 + "[   10.080000] p: enable_state_callback: state 1\n"
        let text = TextReport(makeReport(log.utf8)).text
        #expect(
            text.contains("error[KLP-S094]: unexpected enable of state 1 of 'p' when completing the transition of 'p'"))
    }

    @Test func aLivepatchThatPrintsNothingMayHaveAnyState() {
        let other = """
            [   10.110000] livepatch: enabling patch 'q'
            [   10.120000] livepatch: 'q': initializing patching transition
            [   10.130000] livepatch: 'q': starting patching transition
            [   10.140000] livepatch: 'q': completing patching transition
            [   10.150000] livepatch: 'q': patching complete

            """
        let text = TextReport(makeReport((Self.of2025 + other).utf8)).text
        #expect(text.contains("not checked: which states 'q' has: no callback of theirs printed"))
        #expect(!text.contains("not modelled"))
    }

    @Test func programsAreToldOfThem() {
        let text = JSONLinesReport(makeReport(Self.of2025.utf8), includesEvents: true).text
        #expect(text.contains(#""callback":"pre_patch","event":"stateCallback""#))
        #expect(text.contains(#""number":1"#))
        #expect(text.contains(#""generations":["states-2025"]"#))
    }
}
