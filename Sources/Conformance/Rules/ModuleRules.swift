/// KLP-M: target modules that come and go while livepatches are there.
extension Rule {
    static let applyBeforeModuleInit = Rule(
        .applyBeforeModuleInit, "A module is patched before its init function runs", .all,
        statement: """
            The module loader calls livepatch before the init function of the module: `applying patch` and the \
            callbacks that go with it stand before whatever the init function prints.
            """,
        proof: "`applying patch` or a callback of the module's coming after the line that its init function prints.",
        undecidable: "The module prints nothing in its init function, or its line is not known.",
        in: [
            "load_module, prepare_coming_module, klp_module_coming (linux-4.6 and later)",
            "klp_module_notify_coming (linux-4.0 before 4.6)",
        ],
        help: "See whether the line is indeed the init function's: another function may print it again later.")

    static let comingModuleIsPatched = Rule(
        .comingModuleIsPatched, "Every active patch that names a coming module is applied to it", .all,
        statement: """
            For each patch that is enabled or in transition and names the module: `applying patch`, pre_patch, and, \
            if the patch is not in transition, post_patch; then the next patch. (Callbacks since linux-4.15.)
            """,
        proof: "One of the lines missing while others of the same load are there, or their order changed.",
        undecidable: """
            It is not known whether the patch names the module or defines the callback. A module that comes without \
            any line is not noticed unless it prints by itself.
            """,
        in: ["klp_module_coming (linux-4.6 and later)", "klp_module_notify_coming (linux-4.0 before 4.6)"],
        help: "Describe the livepatches in a manifest; see whether the patch was disabled or replaced just before.")

    static let noPostPatchInTransition = Rule(
        .noPostPatchInTransition, "No post_patch for a module that comes in a transition", .since(.linux415),
        statement: """
            While a patch is in transition, in either direction, a module that comes gets `applying patch` and \
            pre_patch of it, and no post_patch: that (or post_unpatch) comes when the transition completes.
            """,
        proof: "post_patch of the patch in transition among the lines of the module's coming.",
        undecidable: "The transition may have begun, or ended, where the log shows nothing.",
        in: ["klp_module_coming (linux-4.15 and later: patch != klp_transition_patch)"],
        help: "Look at the last `starting` and `complete` before the line: was the patch in transition?")

    static let failureRefusesModule = Rule(
        .failureRefusesModule, "A module that cannot be patched is refused", .all,
        statement: """
            `failed to initialize patch`, `pre-patch callback failed` and `failed to apply patch` for a coming \
            module are each followed by `refusing to load module`, which has one of them before it. The module's \
            init function does not run. (Kernels before 4.6 cannot refuse: they only print the failure.)
            """,
        proof: "A failure without the refusal, or a refusal without a failure.",
        undecidable: "It is not known whether the kernel is older than 4.6.",
        in: ["klp_module_coming (linux-4.6 and later)"],
        help: "See whether the module is loaded now: `lsmod`, or a line that it prints by itself.")

    static let refusalRevertsOthers = Rule(
        .refusalRevertsOthers, "A refusal takes back what earlier patches did to the module", .since(.linux415),
        statement: """
            After `refusing to load module`, each patch that comes before the failing one and was applied to the \
            module prints pre_unpatch (unless it is in transition), `reverting patch` and post_unpatch, while the \
            module is still COMING.
            """,
        proof: "One of the lines missing for a patch whose `applying patch` stands before the refusal.",
        undecidable: "It is not known whether the patch defines the callbacks.",
        in: ["klp_module_coming, klp_cleanup_module_patches_limited (linux-4.15 and later)"],
        help: """
            An earlier patch that is not reverted points into freed memory: look for the module's functions on its \
            list.
            """)

    static let noRevertByFailedPatch = Rule(
        .noRevertByFailedPatch, "The patch that failed does not revert the module", .since(.linux415),
        statement: """
            The clean-up after a refusal stops before the patch that failed: it prints no `reverting patch` for the \
            module it could not patch.
            """,
        proof: """
            `reverting patch` of the failing patch after its `refusing to load module`, before the module comes \
            again.
            """,
        undecidable: "Never, if both lines belong to the same section.",
        in: ["klp_cleanup_module_patches_limited (linux-4.15 and later: the patch is the limit)"],
        help: "See whether the module was loaded a second time in between, this time with success.")

    static let revertNeedsApply = Rule(
        .revertNeedsApply, "Only a patched module is reverted", .all,
        statement: """
            `reverting patch 'P' on unloading module 'M'` is printed once for each time that P patched M: when M \
            came, or when P was enabled while M was loaded.
            """,
        proof: "The line a second time, or for a patch that is known to be disabled or not to have patched the module.",
        undecidable: "The module may have been loaded before the log begins.",
        in: [
            "klp_module_going (linux-4.6 and later), klp_cleanup_module_patches_limited (linux-4.15 and later)",
            "klp_module_notify_going (linux-4.0 before 4.6)",
        ],
        help: "Look for `applying patch` of the same patch and module, or for a callback that shows the module loaded.")

    static let applyOnce = Rule(
        .applyOnce, "A patch is applied to a module once for each load", .all,
        statement: """
            `applying patch 'P' to loading module 'M'` is printed only when M is loaded anew, and only by a P that \
            is enabled or in transition: between two of them M went, or was refused.
            """,
        proof: "The line again for a module that is known to be loaded, or for a patch that is known not to be active.",
        undecidable: "A module that left without a line is not noticed when no active patch names it.",
        in: ["klp_module_coming (linux-4.6 and later)", "klp_module_notify_coming (linux-4.0 before 4.6)"],
        help: """
            See whether the log holds the same lines from two sources, and look for `reverting patch` between the \
            two.
            """)

    static let moduleExitBeforeRevert = Rule(
        .moduleExitBeforeRevert, "A module's exit function runs before the module is reverted", .all,
        statement: """
            On unloading, the exit function of the module runs first and livepatch comes after it: what the exit \
            function prints stands before pre_unpatch, `reverting patch` and post_unpatch.
            """,
        proof: "The module's exit line inside or right after the lines of its going.",
        undecidable: "The module prints nothing in its exit function. A module whose init function failed has no exit.",
        in: ["delete_module, klp_module_going (linux-4.6 and later)"],
        help: "See whether the line is the exit function's; a work item that ends late may print similar words.")

    static let goingModuleIsUnpatched = Rule(
        .goingModuleIsUnpatched, "Every patch on a going module is reverted", .all,
        statement: """
            For each patch that patched the module: pre_unpatch (unless the patch is in transition), `reverting \
            patch`, post_unpatch; then the next patch. (Callbacks since linux-4.15.)
            """,
        proof: "One of the lines missing while others of the same unload are there.",
        undecidable: "It is not known whether the patch names the module or defines the callback.",
        in: ["klp_module_going (linux-4.6 and later), klp_cleanup_module_patches_limited (linux-4.15 and later)"],
        help: "Describe the livepatches in a manifest; look for another log of the same boot.")

    static let noPreUnpatchInTransition = Rule(
        .noPreUnpatchInTransition, "No pre_unpatch for a module that goes in a transition", .since(.linux415),
        statement: """
            While a patch is in transition, in either direction, a module that goes gets `reverting patch` and \
            post_unpatch of it, and no pre_unpatch.
            """,
        proof: "pre_unpatch of the patch in transition among the lines of the module's going.",
        undecidable: "The transition may have begun, or ended, where the log shows nothing.",
        in: ["klp_cleanup_module_patches_limited (linux-4.15 and later: patch != klp_transition_patch)"],
        help: "Look at the last `starting` and `complete` before the line: was the patch in transition?")

    static let patchesInOrderOfEnabling = Rule(
        .patchesInOrderOfEnabling, "Patches handle a module in the order in which they were enabled", .all,
        statement: """
            When a module comes and when it goes, the patches follow each other in the order of klp_patches, that \
            is, of enabling (before linux-5.1: of registering). Kernel 4.0 put new patches first.
            """,
        proof: "The lines of two patches in the other order.",
        undecidable: "The patches were enabled before the log begins: then the first order that is seen counts.",
        in: [
            "klp_module_coming (linux-4.6 and later: klp_for_each_patch)",
            "klp_cleanup_module_patches_limited (linux-4.15 and later: klp_for_each_patch)",
        ],
        help: "See the order of `enabling patch` lines; /sys/kernel/livepatch/P/stack_order shows it since 6.14.")
}
