extension Fault {
    private static let demo = Dmesg.demoEnabled + .demoDisabled

    static let statesAndShadows = [
        Fault(
            .statesDecideCompatibility, "an older version is enabled above a newer one",
            legal: .boot + .state("test_klp_state") + .usb + .state("test_klp_state2"),
            log: .boot + .state("test_klp_state2") + .usb + .state("test_klp_state")),
        Fault(
            .statesDecideCompatibility, "a patch is refused where nothing is enabled",
            legal: .boot + .state("test_klp_state2") + .stateRefused, log: .boot + .stateRefused),
        Fault(
            .statesDecideCompatibility, "a newer version is refused",
            legal: .state("test_klp_state2") + .stateRefused,
            log: .state("test_klp_state") + .stateRefused.replacing("test_klp_state", with: "test_klp_state2")),
        Fault(
            .statesAreTakenOver, "a state that an earlier patch has is set up anew",
            legal: .boot + .stateTakenOver,
            log: .boot
                + .stateTakenOver.replacing(
                    "space to store console_loglevel already allocated",
                    with: "allocating space to store console_loglevel")),
        Fault(.statesAreTakenOver, "nothing is said of a state", .boot + .stateTakenOver) {
            $0.without("taking over the console_loglevel change")
        },
        Fault(.prePatchForEveryObject, "a state's line stands before the callback's own", .boot + .stateTakenOver) {
            $0.swapping("test_klp_state2: pre_patch_callback", "already allocated")
        },
        Fault(.warningInStates, "the previous state is asked for outside of a transition", demo) {
            $0.inserting(
                "WARNING: CPU: 0 PID: 123 at kernel/livepatch/state.c:90 klp_get_prev_state+0x1a/0x30",
                after: "patching complete")
        },
        Fault(
            .duplicateShadowVariable, "the kernel warns of a shadow variable that is allocated twice", legal: demo,
            log: demo.inserting(
                """
                Duplicate shadow variable <00000000abcdef01, a>
                WARNING: kernel/livepatch/shadow.c:165 at __klp_shadow_get_or_alloc+0x1d0/0x250, CPU#1: insmod/1022
                """, after: "pre_patch_callback"), severity: .warning),
    ]

    static let replaced = [
        Fault(
            .replacedPatchIsSilent, "a replaced patch is disabled",
            legal: .boot + .enable("test_klp_livepatch") + .usb + .state("test_klp_state"),
            log: .boot + .enable("test_klp_livepatch") + .usb + .state("test_klp_state") + .usb
                + .disable("test_klp_livepatch"))
    ]

    static let logs = [
        Fault(
            .sectionsDoNotInterleave, "a line of the failure stands before its cause", .demoFails + demo
        ) {
            $0.swapping("pre-patch callback failed", "failed to enable patch")
        },
        Fault(.oneNamePerSection, "`starting` names another patch", demo) {
            $0.replacingFirst("'test_klp_callbacks_demo': starting patching", with: "'other': starting patching")
        },
        Fault(.oneNamePerSection, "a callback names another patch", demo) {
            $0.replacingFirst("test_klp_callbacks_demo: post_patch", with: "other: post_patch")
        },
        Fault(.oneNamePerSection, "the failure names another patch", .demoFails + demo) {
            $0.replacingFirst(
                "failed to enable patch 'test_klp_callbacks_demo'", with: "failed to enable patch 'other'")
        },
        Fault(.kernelWarning, "a WARN of core.c", demo) {
            $0.inserting(
                "WARNING: CPU: 1 PID: 123 at kernel/livepatch/core.c:900 __klp_disable_patch+0x1a/0x30",
                after: "patching complete")
        },
        Fault(.kernelWarning, "a WARN of transition.c in the form of 7.2", demo) {
            $0.inserting(
                "WARNING: kernel/livepatch/transition.c:165 at klp_complete_transition+0x1d0/0x250, CPU#1: kworker/1:2/22",
                after: "completing patching")
        },
        Fault(
            .kernelWarning, "a WARN of somebody else is noted", legal: demo,
            log: demo.inserting(
                "WARNING: CPU: 1 PID: 1 at mm/page_alloc.c:900 f+0x1a/0x30", after: "patching complete"),
            severity: .note),
        Fault(
            .oneDialectPerBoot, "4.12's words after those of later kernels", legal: demo,
            log: demo + Dmesg("livepatch: 'a': patching...")),
    ]
}
