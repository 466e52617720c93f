extension Fault {
    private static let demo = Dmesg.demoEnabled + .demoDisabled
    private static let module = "test_klp_callbacks_mod"

    static let callbacks = missing + extra + afterFailure + absentModule + warnings

    private static let missing = [
        Fault(.prePatchForEveryObject, "pre_patch of vmlinux is missing", demo) { $0.without("pre_patch_callback") },
        Fault(.prePatchForEveryObject, "pre_patch of a loaded module is missing", .demoAndModule) {
            $0.without("pre_patch_callback: \(module)")
        },
        Fault(
            .prePatchForEveryObject, "one load of an unknown livepatch lacks pre_patch",
            legal: unknown + unknown + unknown, log: unknown + unknown.without("pre_patch") + unknown),
        Fault(.postPatchAtCompletion, "post_patch is missing", demo) { $0.without("post_patch_callback") },
        Fault(
            .postPatchAtCompletion, "post_patch is missing after a reversed disable",
            legal: .demoEnabled + .demoStartsUnpatching + .demoReversesUnpatching + .demoCompletes + .demoDisabled,
            log: .demoEnabled + .demoStartsUnpatching + .demoReversesUnpatching
                + .demoCompletes.without("post_patch_callback") + .demoDisabled),
        Fault(.preUnpatchBeforeStart, "pre_unpatch is missing", demo) { $0.without("pre_unpatch_callback") },
        Fault(.postUnpatchForEveryObject, "post_unpatch is missing", demo) { $0.without("post_unpatch_callback") },
        Fault(
            .postUnpatchForEveryObject, "post_unpatch is missing after a reversed enable",
            .demoStarts + .demoReversesPatching + .demoCompletesUnpatching
        ) {
            $0.without("post_unpatch_callback")
        },
        Fault(.postUnpatchForEveryObject, "post_unpatch of a loaded module is missing", .demoAndModule) {
            $0.without("post_unpatch_callback: \(module)")
        },
    ]

    private static let extra = [
        Fault(.oneObjectOrder, "post_unpatch runs backwards", .demoAndModule) {
            $0.swapping("post_unpatch_callback: vmlinux", "post_unpatch_callback: \(module)")
        },
        Fault(.oneObjectOrder, "post_patch of an unknown livepatch in another order than the rest", unknownAndModule) {
            $0.swapping("post_patch_callback: vmlinux", "post_patch_callback: \(module)")
        },
        Fault(.prePatchForEveryObject, "pre_patch in a disable", demo) {
            $0.inserting("test_klp_callbacks_demo: pre_patch_callback: vmlinux", after: "initializing unpatching")
        },
        Fault(.prePatchForEveryObject, "pre_patch twice", demo) { $0.doubling("pre_patch_callback") },
        Fault(.postPatchAtCompletion, "post_patch in a disable", demo) {
            $0.inserting("test_klp_callbacks_demo: post_patch_callback: vmlinux", after: "pre_unpatch")
        },
        Fault(.preUnpatchBeforeStart, "pre_unpatch in an enable", demo) {
            $0.inserting("test_klp_callbacks_demo: pre_unpatch_callback: vmlinux", after: "pre_patch")
        },
        Fault(.preUnpatchBeforeStart, "pre_unpatch again in the completion", demo) {
            $0.inserting("test_klp_callbacks_demo: pre_unpatch_callback: vmlinux", after: "completing unpatching")
        },
        Fault(.postUnpatchAtCompletion, "post_unpatch before `starting unpatching`", demo) {
            $0.inserting("test_klp_callbacks_demo: post_unpatch_callback: vmlinux", after: "pre_unpatch")
        },
        Fault(.postUnpatchAtCompletion, "post_unpatch of an enabled patch", demo) {
            $0.inserting("test_klp_callbacks_demo: post_unpatch_callback: vmlinux", after: "patching complete")
        },
        Fault(.postUnpatchNeedsPrePatch, "post_unpatch twice", demo) { $0.doubling("post_unpatch_callback") },
        Fault(.postPatchNeedsPrePatch, "post_patch twice", .boot + demo) { $0.doubling("post_patch_callback") },
        Fault(.postPatchNeedsPrePatch, "post_patch of a module that left in the transition", .moduleGoesInTransition) {
            $0.inserting(
                "test_klp_callbacks_demo: post_patch_callback: \(module) -> [MODULE_STATE_LIVE] Normal state",
                after: "post_patch_callback: vmlinux")
        },
        Fault(.preUnpatchNeedsPostPatch, "pre_unpatch twice", demo) { $0.doubling("pre_unpatch_callback") },
    ]

    private static let afterFailure = [
        Fault(.nothingAfterFailedPrePatch, "post_unpatch of the object that failed", .demoFails + demo) {
            $0.inserting("test_klp_callbacks_demo: post_unpatch_callback: vmlinux", after: "completing unpatching")
        },
        Fault(.nothingAfterFailedPrePatch, "post_unpatch of the module that failed", .boot + .demoFailsForModule) {
            $0.inserting(
                "test_klp_callbacks_demo: post_unpatch_callback: \(module) -> [MODULE_STATE_LIVE] Normal state",
                after: "post_unpatch_callback: vmlinux")
        },
        Fault(
            .noPrePatchAfterFailure, "the module is prepared although vmlinux failed",
            .boot + Dmesg("\(module): \(module)_init") + .demoFails + .usb + .demoAndModuleEnabled
                + .demoAndModuleDisabled
        ) {
            $0.inserting(
                "test_klp_callbacks_demo: pre_patch_callback: \(module) -> [MODULE_STATE_LIVE] Normal state",
                after: "pre-patch callback failed")
        },
        Fault(.undoneAfterFailure, "vmlinux is not undone when the module fails", .boot + .demoFailsForModule) {
            $0.without("post_unpatch_callback: vmlinux")
        },
    ]

    private static let absentModule = [
        Fault(
            .callbackOfAbsentModule, "callbacks of a module that has left", legal: .demoAndModule,
            log: Dmesg("test_klp_callbacks_mod: test_klp_callbacks_mod_init")
                + Dmesg("test_klp_callbacks_mod: test_klp_callbacks_mod_exit") + .demoAndModuleEnabled
                + .demoAndModuleDisabled)
    ]

    private static let warnings = [
        Fault(.callbacksComeInPairs, "an unknown livepatch never undoes pre_patch", unknown) {
            $0.without("post_unpatch")
        },
        Fault(.callbacksComeInPairs, "an unknown livepatch undoes what it never did", unknown) {
            $0.without("pre_patch")
        },
        Fault(.moduleStateLabel, "a module is going while the patch is enabled", .demoAndModule) {
            $0.replacingFirst("[MODULE_STATE_LIVE] Normal state", with: "[MODULE_STATE_GOING] Going away")
        },
        Fault(.moduleStateLabel, "a module is unformed while the patch is enabled", .demoAndModule) {
            $0.replacingFirst("[MODULE_STATE_LIVE] Normal state", with: "[MODULE_STATE_UNFORMED] Still setting it up")
        },
    ]

    private static let unknown = demo.replacing("test_klp_callbacks_demo", with: "klp_fix")
    private static let unknownAndModule = Dmesg.demoAndModule.replacing("test_klp_callbacks_demo", with: "klp_fix")
}
