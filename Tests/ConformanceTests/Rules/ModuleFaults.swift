extension Fault {
    static let modules = coming + refused + going

    private static let coming = [
        Fault(.applyBeforeModuleInit, "the module's init runs first", .moduleComesAndGoes) {
            $0.without("callbacks_mod_init").inserting(
                "test_klp_callbacks_mod: test_klp_callbacks_mod_init", after: "patching complete")
        },
        Fault(.applyBeforeModuleInit, "the module's init runs in between", .moduleComesAndGoes) {
            $0.without("callbacks_mod_init").inserting(
                "test_klp_callbacks_mod: test_klp_callbacks_mod_init", after: "applying patch")
        },
        Fault(.comingModuleIsPatched, "`applying` is missing", .moduleComesAndGoes) { $0.without("applying patch") },
        Fault(.comingModuleIsPatched, "pre_patch is missing", .moduleComesAndGoes) {
            $0.without("pre_patch_callback: test_klp_callbacks_mod")
        },
        Fault(.comingModuleIsPatched, "post_patch is missing", .moduleComesAndGoes) {
            $0.without("post_patch_callback: test_klp_callbacks_mod")
        },
        Fault(.noPostPatchInTransition, "post_patch while the patch is in transition", .moduleComesInTransition) {
            $0.inserting(
                """
                test_klp_callbacks_demo: post_patch_callback: test_klp_callbacks_mod -> [MODULE_STATE_COMING] Full formed, running module_init
                """, after: "pre_patch_callback: test_klp_callbacks_mod")
        },
        Fault(.applyOnce, "`applying` twice", .moduleComesAndGoes) { $0.doubling("applying patch") },
        Fault(
            .applyOnce, "a module comes that is loaded", legal: .demoAndModule,
            log: Dmesg("test_klp_callbacks_mod: test_klp_callbacks_mod_init") + .demoAndModuleEnabled
                + .moduleComes.without("callbacks_mod_init") + .demoAndModuleDisabled),
        Fault(.patchesInOrderOfEnabling, "the later patch handles a coming module first", .boot + .twoOnOneModule) {
            $0.swapping("applying patch 'first'", "applying patch 'second'")
        },
    ]

    private static let refused = [
        Fault(.failureRefusesModule, "pre_patch fails and the module is not refused", .moduleRefused) {
            $0.without("refusing")
        },
        Fault(.failureRefusesModule, "the module is refused for no reason", .moduleRefused) {
            $0.without("pre-patch callback failed")
        },
        Fault(.failureRefusesModule, "the symbols are not resolved and the module is not refused", .moduleUnresolved) {
            $0.without("refusing")
        },
        Fault(.refusalRevertsOthers, "the patch before the failing one is not reverted", .boot + .secondRefusesModule) {
            $0.without("reverting")
        },
        Fault(.noRevertByFailedPatch, "the failing patch reverts the module", .moduleRefused) {
            $0.inserting(
                "livepatch: reverting patch 'test_klp_callbacks_demo' on unloading module 'test_klp_callbacks_mod'",
                after: "refusing")
        },
    ]

    private static let going = [
        Fault(.revertNeedsApply, "`reverting` twice", .moduleComesAndGoes) { $0.doubling("reverting patch") },
        Fault(.moduleExitBeforeRevert, "the module's exit runs last", .moduleComesAndGoes) {
            $0.without("callbacks_mod_exit").inserting(
                "test_klp_callbacks_mod: test_klp_callbacks_mod_exit",
                after: "post_unpatch_callback: test_klp_callbacks_mod")
        },
        Fault(.moduleExitBeforeRevert, "the module's exit runs in between", .moduleComesAndGoes) {
            $0.without("callbacks_mod_exit").inserting(
                "test_klp_callbacks_mod: test_klp_callbacks_mod_exit",
                after: "pre_unpatch_callback: test_klp_callbacks_mod")
        },
        Fault(.moduleExitBeforeRevert, "the module's exit runs after another module came", .moduleComesAndGoes) {
            $0.without("callbacks_mod_exit").inserting(
                "other: other_init\ntest_klp_callbacks_mod: test_klp_callbacks_mod_exit",
                after: "post_unpatch_callback: test_klp_callbacks_mod")
        },
        Fault(.goingModuleIsUnpatched, "`reverting` is missing", .moduleComesAndGoes) { $0.without("reverting patch") },
        Fault(.goingModuleIsUnpatched, "pre_unpatch is missing", .moduleComesAndGoes) {
            $0.without("pre_unpatch_callback: test_klp_callbacks_mod")
        },
        Fault(.goingModuleIsUnpatched, "post_unpatch is missing", .moduleComesAndGoes) {
            $0.without("post_unpatch_callback: test_klp_callbacks_mod")
        },
        Fault(.noPreUnpatchInTransition, "pre_unpatch while the patch is in transition", .moduleGoesInTransition) {
            $0.inserting(
                "test_klp_callbacks_demo: pre_unpatch_callback: test_klp_callbacks_mod -> [MODULE_STATE_GOING] Going away",
                after: "callbacks_mod_exit")
        },
        Fault(.patchesInOrderOfEnabling, "the later patch handles a going module first", .boot + .twoOnOneModule) {
            $0.swapping("reverting patch 'first'", "reverting patch 'second'")
        },
    ]
}
