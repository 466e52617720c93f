/// KLP-T: how a transition begins, ends, is reversed and is given up.
extension Rule {
    static let oneTransitionAtATime = Rule(
        .oneTransitionAtATime, "One transition at a time", .since(.linux412),
        statement: """
            From `starting ... transition` of a patch until its `complete`, no other patch is enabled or disabled: \
            klp_transition_patch holds one patch, and whoever finds it set returns -EBUSY without printing anything.
            """,
        proof: """
            `enabling patch`, `initializing` or `starting` of one patch between `starting` and `complete` of another \
            whose transition is spoken of again later.
            """,
        undecidable: """
            Nothing more is said of the first transition: then its completion may have gone unseen before the second \
            began.
            """,
        in: [
            "__klp_enable_patch (linux-4.12 and later: the check of klp_transition_patch)",
            "__klp_disable_patch (linux-4.12 and later)", "klp_init_transition (linux-4.12 and later: sets it)",
        ],
        help: """
            See whether both patches' lines come from one boot and one kernel. If they do, look at who clears \
            klp_transition_patch without klp_mutex; /sys/kernel/livepatch/*/transition shows which patch is pending.
            """)

    static let patchingBeginsWithEnabling = Rule(
        .patchingBeginsWithEnabling, "Patching begins with `enabling patch`, or reverses an unpatching",
        .since(.linux412),
        statement: """
            `starting patching transition` is printed in two places only: at the end of an enable that printed \
            `enabling patch` under the same klp_mutex, and in the reversal of an unpatching transition that is still \
            running.
            """,
        proof: """
            `starting patching transition` of a patch that is not being unpatched, with no `enabling patch` of it \
            since the last `complete`.
            """,
        undecidable: """
            Without debug lines a reversal prints `starting` alone: the line is judged only where it is known that \
            no unpatching was running.
            """,
        in: [
            "__klp_enable_patch, klp_start_transition (linux-4.12 and later)",
            "klp_reverse_transition (linux-4.12 and later)",
        ],
        help: """
            Get the same boot at level notice (5): `enabling patch` and `starting` have that level and come \
            together.
            """)

    static let unpatchingNeedsEnabledPatch = Rule(
        .unpatchingNeedsEnabledPatch, "Only an enabled patch is disabled", .all,
        statement: """
            An unpatching begins either as the disable of a patch whose patching has completed, or as the reversal \
            of a patching that is running. A patch that is disabled, replaced or in transition is not disabled.
            """,
        proof: """
            `initializing unpatching`, or a `starting unpatching` that is no reversal (linux-4.0: `disabling \
            patch`), of a patch that is known to be disabled or in transition.
            """,
        undecidable: """
            What the patch did before the log begins is not known: the first disable of a patch is always believed.
            """,
        in: [
            "enabled_store (all)", "__klp_disable_patch (all; WARN_ON(!patch->enabled) in linux-5.5)",
        ],
        help: """
            Look for the enable that should stand before: another log of the same boot, or a rotated file. If a \
            replace patch completed in between, its module parameters or a manifest settle whether the patch was \
            still there.
            """)

    static let completionKeepsDirection = Rule(
        .completionKeepsDirection, "A transition completes in the direction in which it started last",
        .since(.linux412),
        statement: """
            `complete` names the direction of the last `starting` of the patch: klp_target_state changes only in a \
            reversal, which prints `starting` again. A failed enable completes an unpatching that was never started.
            """,
        proof: """
            `unpatching complete` after `starting patching transition`, or the other way round, with no reversal \
            between.
            """,
        undecidable: "`starting` of the reversal may be among lines that were lost.",
        in: ["klp_complete_transition (linux-4.15 and later)", "klp_try_complete_transition (linux-4.12)"],
        help: "Compare with /sys/kernel/livepatch/P/enabled of that moment, and look who wrote to it before.")

    static let completionNeedsStart = Rule(
        .completionNeedsStart, "What completes has started", .since(.linux412),
        statement: """
            `completing` and `complete` of a patch are printed once for each attempt: after its `starting`, or \
            (since linux-4.15) after `failed to enable patch`.
            """,
        proof: "`completing` or `complete` of a patch that is known not to be in transition.",
        undecidable: "The transition may have started before the log begins.",
        in: [
            "klp_try_complete_transition, klp_complete_transition (linux-4.12 and later)",
            "klp_cancel_transition (linux-4.15 and later)",
        ],
        help: """
            Look for a source that was read twice (console and dmesg in one file). Otherwise get the log of the same \
            boot at level notice from before the line.
            """)

    static let completionIsWhole = Rule(
        .completionIsWhole, "`completing` and `complete` enclose one completion", .since(.linux415),
        statement: """
            A completion begins with the debug line `completing ... transition` and ends with `... complete`; both \
            name the same patch and direction, and only the post callbacks stand between them.
            """,
        proof: """
            `complete` without `completing` where other debug lines are shown, `completing` without `complete` \
            although the log goes on, or a line of the completion outside of the two.
            """,
        undecidable: "Debug lines are not shown around the place: then the absence of `completing` says nothing.",
        in: ["klp_complete_transition (linux-4.15 and later)"],
        help: """
            If only `completing` is missing, see whether the console's level or dynamic debug changed in between. If \
            `complete` is missing, look for an oops in a post callback: klp_mutex stays locked then.
            """)

    static let transitionIsInitialised = Rule(
        .transitionIsInitialised, "A new transition is initialised first", .since(.linux415),
        statement: """
            Every `starting` that is no reversal has a debug line `initializing ... transition` of the same patch \
            and direction before it, and the pre callbacks stand between the two.
            """,
        proof: "`starting` or a pre callback without `initializing` before it, where the debug lines around are shown.",
        undecidable: "Debug lines are not shown around the place.",
        in: ["klp_init_transition, klp_start_transition (linux-4.15 and later)"],
        help: """
            See whether dynamic debug was switched on in the middle of the operation: `file \
            kernel/livepatch/transition.c +p` shows the line.
            """)

    static let initialisationFollowsEnabling = Rule(
        .initialisationFollowsEnabling, "`initializing patching` follows `enabling patch` at once", .since(.linux415),
        statement: """
            `enabling patch 'P'` and `'P': initializing patching transition` are printed by one function with \
            nothing of livepatch between: each patching has both, once, in this order.
            """,
        proof: """
            `initializing patching transition`, a pre_patch callback or `failed to enable patch` without `enabling \
            patch` of the same patch before it in the section.
            """,
        undecidable: """
            `initializing` is a debug line: where debug lines are not shown only `enabling patch` can be asked for.
            """,
        in: ["__klp_enable_patch, klp_init_transition (linux-4.15 and later)"],
        help: """
            Get the boot's log at level notice: `enabling patch` is a notice and never filtered before `starting` \
            is.
            """)

    static let enablingOfEnabledPatch = Rule(
        .enablingOfEnabledPatch, "An enabled patch is not enabled again", .all,
        statement: """
            `enabling patch 'P'` is not printed while P is enabled or in transition. It takes a completed \
            unpatching, a failed enable, or (since linux-5.1) a replace patch that took P's place.
            """,
        proof: "`enabling patch` of a patch that is known to be enabled or in transition.",
        undecidable: """
            A patch that was enabled later and of which it is not known whether it replaces may have taken the \
            patch's place.
            """,
        in: [
            "__klp_enable_patch (all; WARN_ON(patch->enabled) since linux-4.12)",
            "enabled_store (linux-4.0 to linux-5.0)",
        ],
        help: """
            See whether two machines or two boots are mixed in one file. Otherwise look for a WARNING of \
            kernel/livepatch/core.c next to the line.
            """)

    static let failedEnableIsCancelled = Rule(
        .failedEnableIsCancelled, "A failed enable is taken back in one go", .since(.linux412),
        statement: """
            `failed to enable patch` is followed, before klp_mutex is released, by `canceling patching transition` \
            and `completing unpatching transition` (debug), post_unpatch of the objects that were prepared, and \
            `unpatching complete`. `starting` is never printed. In linux-4.12 the failure is the last line.
            """,
        proof: """
            `starting` after a failure, a failure line in an enable that starts, or a line of the chain missing \
            while the log goes on.
            """,
        undecidable: "`canceling` and `completing` are debug lines.",
        in: ["__klp_enable_patch, klp_cancel_transition, klp_complete_transition (linux-4.15 and later)"],
        help: """
            Look for an oops or a hang in a post_unpatch callback, and whether the livepatch module is still loaded.
            """)

    static let failedEnableHasCause = Rule(
        .failedEnableHasCause, "A failed enable names its cause", .since(.linux415),
        statement: """
            Before `failed to enable patch` the same section says which object failed: `pre-patch callback failed \
            for object` or `failed to patch object`. There is no other way to the error label.
            """,
        proof: "`failed to enable patch` with neither line before it in its section.",
        undecidable: "The source shows only errors and not warnings.",
        in: ["__klp_enable_patch (linux-4.15 and later)"],
        help: "The cause is a warning (4), as is the failure itself: look for what was dropped between the two.")

    static let cancellingOnlyBeforeStart = Rule(
        .cancellingOnlyBeforeStart, "Only a patching that has not started is cancelled", .since(.linux415),
        statement: """
            `canceling patching transition, going to unpatch` is printed only on the error path of an enable, before \
            `starting`. Once a transition has started it can only be reversed.
            """,
        proof: "`canceling` after `starting` of the same attempt, or outside of an enable.",
        undecidable: "It is a debug line: its absence proves nothing where debug lines are not shown.",
        in: ["klp_cancel_transition (linux-4.15 and later; WARN_ON_ONCE unless the target is patched)"],
        help: "See whether `starting` belongs to an earlier attempt whose end is missing.")

    static let reversalNeedsTransition = Rule(
        .reversalNeedsTransition, "Only a running transition is reversed", .since(.linux415),
        statement: """
            `reversing transition from A to B` is printed only for the patch in transition, while it goes to A, and \
            the next line is `starting B transition` of the same patch.
            """,
        proof: """
            `reversing` of a patch that is known not to be in transition, or while it goes the other way; `starting` \
            in the other direction without `reversing` where debug lines are shown.
            """,
        undecidable: "The transition may have started before the log begins; `reversing` is a debug line.",
        in: ["enabled_store, klp_reverse_transition (linux-4.15 and later)"],
        help: """
            Look at who wrote to /sys/kernel/livepatch/P/enabled, and for the `starting` that opened the transition.
            """)

    static let reversalRunsNoPreCallbacks = Rule(
        .reversalRunsNoPreCallbacks, "A reversal runs no pre callback", .since(.linux415),
        statement: """
            Between `reversing transition` and its `starting` no pre_patch and no pre_unpatch callback runs: what \
            the reversal goes back to was prepared already.
            """,
        proof: "A pre_patch or pre_unpatch line between `reversing` and `starting`.",
        undecidable: "Without debug lines a reversal is told from a disable only by the state of the patch.",
        in: ["klp_reverse_transition (linux-4.15 and later)"],
        help: """
            Check the livepatch itself: a function of its own that prints the same words may run at that moment. The \
            kernel calls no callback there.
            """)

    static let sectionEndsWithStart = Rule(
        .sectionEndsWithStart, "An enable, a disable and a reversal end with `starting`", .since(.linux412),
        statement: """
            Once every object is prepared, the operation prints `starting ... transition` (linux-4.12: `'P': \
            patching...` or `'P': unpatching...`) as the last line before klp_mutex may be released. A transition \
            that completes has printed it.
            """,
        proof: """
            A line after the operation although its `starting` was not seen, or a completion without any `starting`.
            """,
        undecidable: "The operation is the last thing in the log.",
        in: ["klp_start_transition (linux-4.12 and later)"],
        help: """
            `starting` is a notice: if notices before and after it are there, look for an oops or a hang in a pre \
            callback, or for lines that were cut out.
            """)
}
