extension Fault {
    private static let demo = Dmesg.demoEnabled + .demoDisabled

    static let transitions = [
        Fault(
            .completionKeepsDirection, "a patching transition completes as an unpatching one",
            legal: .boot + .enableStarts("a") + .usb + .patchingCompletes("a"),
            log: .boot + .enableStarts("a") + .usb
                + Dmesg(
                    """
                    livepatch: 'a': completing unpatching transition
                    livepatch: 'a': unpatching complete
                    """)),
        Fault(
            .oneTransitionAtATime, "another livepatch starts while one is in transition",
            legal: .boot + .demoStarts + .demoCompletes + .usb + .enableStarts("test_klp_livepatch")
                + .patchingCompletes("test_klp_livepatch"),
            log: .boot + .demoStarts + .usb + .enable("test_klp_livepatch")),
        Fault(
            .patchingBeginsWithEnabling, "a patch starts again right after it completed",
            legal: .boot + .demoEnabled, log: .boot + .demoEnabled + .usb + demoStartsAgain),
        Fault(.patchingBeginsWithEnabling, "`starting` twice", demo) { $0.doubling("starting patching") },
        Fault(
            .unpatchingNeedsEnabledPatch, "a disabled patch is disabled again",
            legal: .boot + .enable("a") + .disable("a"),
            log: .boot + .enable("a") + .disable("a") + .usb + .disable("a")),
        Fault(
            .unpatchingNeedsEnabledPatch, "a whole disable while the enable is in transition",
            legal: .boot + .demoStarts + .usb + .demoReversesPatching + .demoCompletesUnpatching,
            log: .boot + .demoStarts + .usb + .demoDisabled),
        Fault(
            .completionNeedsStart, "a transition completes twice", legal: .boot + .demoEnabled,
            log: .boot + .demoEnabled + .usb + .demoCompletes),
        Fault(
            .completionNeedsStart, "a patch completes that was never enabled", legal: .boot + .enable("a"),
            log: .boot + .patchingCompletes("a")),
        Fault(.completionIsWhole, "`completing` is missing between debug lines", demo) {
            $0.without("completing patching")
        },
        Fault(.completionIsWhole, "`complete` is missing", demo) { $0.without("patching complete") },
        Fault(.transitionIsInitialised, "`initializing` of a disable is missing", demo) {
            $0.without("initializing unpatching")
        },
        Fault(.initialisationFollowsEnabling, "`enabling` is missing and `initializing` is not", .enable("a") + demo) {
            $0.without("enabling patch 'test_klp_callbacks_demo'")
        },
        Fault(.initialisationFollowsEnabling, "`initializing` twice", demo) { $0.doubling("initializing patching") },
        Fault(.enablingOfEnabledPatch, "`enabling` twice", demo) { $0.doubling("enabling") },
        Fault(
            .enablingOfEnabledPatch, "an enabled patch is enabled", legal: .boot + .demoEnabled,
            log: .boot + .demoEnabled + .usb + .demoEnabled),
        Fault(
            .enablingOfEnabledPatch, "an enabled patch is enabled, without debug lines", legal: .boot + .demoEnabled,
            log: .boot + (.demoEnabled + .usb + .demoEnabled).withoutDebugLines),
        Fault(.failedEnableIsCancelled, "a failed enable does not complete", .demoFails + .enable("a")) {
            $0.without("unpatching complete")
        },
        Fault(.failedEnableIsCancelled, "a failed enable is not cancelled", .demoFails + demo) {
            $0.without("canceling")
        },
        Fault(.failedEnableIsCancelled, "an enable fails and starts", demo) {
            $0.inserting(
                "livepatch: pre-patch callback failed for object 'vmlinux'", after: "pre_patch_callback: vmlinux")
        },
        Fault(.failedEnableHasCause, "an enable fails for no reason", .demoFails + demo) {
            $0.without("pre-patch callback")
        },
        Fault(.failedEnableHasCause, "the same without debug lines", (.demoFails + demo).withoutDebugLines) {
            $0.without("pre-patch callback")
        },
        Fault(.cancellingOnlyBeforeStart, "a started transition is cancelled", demo) {
            $0.inserting(
                "livepatch: 'test_klp_callbacks_demo': canceling patching transition, going to unpatch",
                after: "starting patching")
        },
        Fault(
            .reversalNeedsTransition, "a completed transition is reversed", legal: .boot + .enable("a"),
            log: .boot + .enable("a") + .usb + reversal("a")),
        Fault(.reversalNeedsTransition, "`reversing` is missing between debug lines", reversed + demo) {
            $0.without("reversing")
        },
        Fault(.reversalRunsNoPreCallbacks, "pre_unpatch in a reversed enable", reversed) {
            $0.inserting("test_klp_callbacks_demo: pre_unpatch_callback: vmlinux", after: "reversing")
        },
        Fault(
            .reversalRunsNoPreCallbacks, "pre_patch in a reversed disable",
            .demoEnabled + .demoStartsUnpatching + .demoReversesUnpatching + .demoCompletes
        ) {
            $0.inserting("test_klp_callbacks_demo: pre_patch_callback: vmlinux", after: "reversing")
        },
        Fault(.sectionEndsWithStart, "`starting` of an enable is missing", demo) { $0.without("starting patching") },
        Fault(.sectionEndsWithStart, "`starting` of a disable is missing", demo) { $0.without("starting unpatching") },
        Fault(.sectionEndsWithStart, "`starting` is missing, without debug lines", demo.withoutDebugLines) {
            $0.without("starting patching")
        },
        Fault(.sectionEndsWithStart, "`starting` of a reversal is missing", reversed + .enable("a")) {
            $0.without("starting unpatching")
        },
    ]

    private static let reversed = Dmesg.demoStarts + .demoReversesPatching + .demoCompletesUnpatching
    private static let demoStartsAgain = Dmesg("livepatch: 'test_klp_callbacks_demo': starting patching transition")

    private static func reversal(_ patch: String) -> Dmesg {
        Dmesg.demoReversesPatching.replacing("test_klp_callbacks_demo", with: patch)
    }

    static let lifeCycle = [
        Fault(
            .stackOrder, "the patch below is disabled first, in 4.19",
            legal: .boot419 + .enable("a") + .enable("b") + .disable("b") + .disable("a"),
            log: .boot419 + .enable("a") + .enable("b") + .usb + .disable("a") + .disable("b")),
        Fault(.forceNeedsTransition, "an enabled patch is forced", demo) {
            $0.inserting("livepatch: forcing remaining tasks to the patched state", after: "patching complete")
        },
        Fault(.forceNeedsTransition, "force before any livepatch", .boot + demo) {
            $0.inserting("livepatch: forcing remaining tasks to the patched state", after: "Linux version")
        },
        Fault(.signalNeedsTransition, "tasks are signalled without a transition", demo) {
            $0.inserting("livepatch: signaling remaining tasks", after: "patching complete")
        },
        Fault(.signalNeedsTransition, "tasks are signalled twice in one transition", .boot + demo) {
            $0.inserting(
                "livepatch: signaling remaining tasks\nlivepatch: signaling remaining tasks", after: "starting patching"
            )
        },
    ]
}
