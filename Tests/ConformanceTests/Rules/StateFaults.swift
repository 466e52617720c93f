import Conformance
import ReferenceEngine

/// Faults in logs of kernels whose states have callbacks.
extension Fault {
    private static let later = StateLogs.of2025
    private static let earlier = StateLogs.of2023
    private static let first = StateLogs.speaker
    private static let second = StateLogs.speaker2
    private static let old = StateLogs.State(first, 10)

    /// A livepatch that cannot be disabled is enabled, and somebody tries.
    private static let blocked =
        StateLogs.load("test_klp_state2", "state_block_disable=1") + later.enable("test_klp_state2", [1])
        + StateLogs.blocked("test_klp_state2")
    private static let blockedWhilePending =
        StateLogs.load("test_klp_state2", "state_block_disable=1") + later.enableStarts("test_klp_state2", [1])
        + StateLogs.blocked("test_klp_state2")
    /// One livepatch replaces another that has a state which it does not know.
    private static let firstEnabled = StateLogs.load(first, "applause=1") + later.enable(first, [10])
    private static let replacing = StateLogs.load(second, "replace=1 applause2=1")
    private static let replacedWhole = firstEnabled + replacing + later.enable(second, [11], obsolete: [old])
    private static let replacementStarts = firstEnabled + replacing + later.enableStarts(second, [11], obsolete: [old])
    private static let twoStates =
        StateLogs.load(second, "applause=1 applause2=1") + later.enable(second, [10, 11])
        + later.disable(second, [10, 11])
    private static let twoStatesFail = StateLogs.load(second, "applause=1 applause2=1")
    private static let release = "test_klp_speaker_livepatch2: applause_post_unpatch_callback: state 10 (nope)"
    private static let destruction = "test_klp_speaker_livepatch2: applause_shadow_dtor: freeing applause [] (nope)"

    /// The same livepatches in 2023: nobody's test module there has two states.
    private static let unnamed = earlier.enable("old", [1])
    private static let unnamedReplacement = earlier.enableStarts("new", [2], obsolete: [StateLogs.State("old", 1)])

    static let stateCallbacks =
        blocking + newStates + obsoleteStates
        + [
            Fault(.statesAreUndoneOnDisable, "a state is not disabled", later.stateCallbacks) {
                $0.without("pre_unpatch_callback: state 10")
            },
            Fault(.statesAreUndoneOnDisable, "a state is not released", earlier.stateCallbacks) {
                $0.without("release_applause_callback: state 1")
            },
            Fault(.statesAreUndoneOnDisable, "a state is released before the unpatching starts", earlier.stateCallbacks)
            {
                $0.without("release_applause").inserting(
                    "test_klp_speaker_livepatch: release_applause_callback: state 1", after: "disable_applause")
            },
            Fault(.statesAreUndoneOnDisable, "states are disabled in the wrong order", twoStates) {
                $0.swapping("pre_unpatch_callback: state 10", "pre_unpatch_callback: state 11")
            },
            Fault(.replacedPatchIsSilent, "the state that the other livepatch has is undone too", later.takingOver) {
                $0.inserting(
                    "test_klp_state: pre_unpatch_callback: state 1", after: "test_klp_state2: restore_console_loglevel")
            },
            Fault(
                .failedStatesAreUndone, "states are released at the place of 2023",
                twoStatesFail + later.enableFails(second, [10, 11])
            ) {
                $0.withoutFirstTwo(release).inserting("\(release)\n\(destruction)", after: "forcing err")
            },
            Fault(
                .failedStatesAreUndone, "states are released at the place of 2025", earlier.enableFails("fix", [1, 2])
            ) {
                $0.without("release_applause").inserting(
                    "fix: release_applause_callback: state 1", after: "completing unpatching")
            },
            Fault(.failedStatesAreUndone, "the state that failed is released", later.failing) {
                $0.inserting(
                    "test_klp_speaker_livepatch: applause_post_unpatch_callback: state 10 (nope)",
                    after: "completing unpatching")
            },
            Fault(.destructorFollowsRelease, "a variable ends before its state", twoStates) {
                $0.swapping(release, destruction)
            },
            Fault(.destructorFollowsRelease, "a variable ends after the next state", twoStates) {
                $0.without(destruction).inserting(destruction, after: "post_unpatch_callback: state 11")
            },
            Fault(.destructorFollowsRelease, "a variable does not end", later.modification) { $0.without("_dtor: ") },
        ]

    private static let blocking = [
        Fault(
            .disableIsBlocked, "a livepatch is disabled that cannot be", legal: blocked,
            log: blocked + later.disable("test_klp_state2", [1])),
        Fault(
            .disableIsBlocked, "a patching is reversed that cannot be",
            legal: blockedWhilePending + later.patchingCompletes("test_klp_state2", [1]),
            log: blockedWhilePending + later.reverse("test_klp_state2")
                + later.unpatchingCompletes("test_klp_state2", [1])),
        Fault(
            .disableIsBlocked, "the kernel says so of a livepatch that is disabled", legal: later.modification,
            log: later.modification + StateLogs.blocked("test_klp_state")),
        Fault(
            .statesDecideCompatibility, "a livepatch without the state is enabled above one that cannot be disabled",
            legal: .boot + later.incompatible,
            log: .boot + blocked + StateLogs.load("test_klp_state", "no_state=1") + later.enable("test_klp_state")),
    ]

    private static let newStates = [
        Fault(.newStatesAreSetUp, "a state is enabled and was not set up", later.stateCallbacks) {
            $0.without("pre_patch_callback: state 10")
        },
        Fault(.newStatesAreSetUp, "a state is set up and not enabled", earlier.stateCallbacks) {
            $0.without("enable_applause_callback: state 1")
        },
        Fault(.newStatesAreSetUp, "a state is set up that another livepatch has", later.takingOver) {
            $0.inserting(
                "test_klp_state2: pre_patch_callback: state 1", after: "'test_klp_state2': initializing patching")
        },
        Fault(.newStatesAreSetUp, "states are set up in the wrong order", twoStates) {
            $0.swapping("pre_patch_callback: state 10", "pre_patch_callback: state 11")
        },
        Fault(.newStatesAreSetUp, "a callback of a state runs when a module comes", later.multipleTargets) {
            $0.inserting(
                "test_klp_speaker_livepatch: applause_post_patch_callback: state 10",
                after: "applying patch 'test_klp_speaker_livepatch'")
        },
        Fault(.newStatesAreSetUp, "a state is set up after the transition has started", earlier.stateCallbacks) {
            $0.without("setup_applause_callback: state 1").inserting(
                "test_klp_speaker_livepatch: setup_applause_callback: state 1", after: "starting patching")
        },
    ]

    private static let obsoleteStates = [
        Fault(.obsoleteStatesAreUndone, "an obsolete state is not disabled", replacedWhole) {
            $0.without("test_klp_speaker_livepatch: applause_pre_unpatch_callback: state 10")
        },
        Fault(.obsoleteStatesAreUndone, "an obsolete state is not released", replacedWhole) {
            $0.without("test_klp_speaker_livepatch: applause_post_unpatch_callback: state 10")
        },
        Fault(
            .obsoleteStatesAreUndone, "2025: an obsolete state stays disabled after all",
            replacementStarts + later.reverse(second) + later.unpatchingCompletes(second, [11], kept: [old])
        ) {
            $0.replacingLast("test_klp_speaker_livepatch: applause_post_patch_callback: state 10", with: "other words")
        },
        Fault(
            .obsoleteStatesAreUndone, "2023: an obsolete state is enabled again",
            legal: unnamed + unnamedReplacement + earlier.reverse("new") + earlier.unpatchingCompletes("new", [2]),
            log: unnamed + unnamedReplacement + earlier.reverse("new")
                + earlier.unpatchingCompletes("new", [2], kept: [StateLogs.State("old", 1)])),
        Fault(
            .replacedPatchIsSilent, "a replaced livepatch undoes a state", legal: replacedWhole,
            log: replacedWhole + .usb + later.disable(first, [10])),
    ]
}
