/// KLP-S: callbacks of states, of the proposals that have them.
extension Rule {
    static let disableIsBlocked = Rule(
        .disableIsBlocked, "A patch with a state that cannot be undone is not disabled", .withStateCallbacks,
        statement: """
            Writing 0 to `enabled` of an enabled patch, also of one whose patching still runs, is refused with EINVAL and one \
            line if one of its states has block_disable set. No transition begins, and none is reversed.
            """,
        proof: """
            The line for a patch that is not enabled, or of whose states none blocks; an unpatching of a patch that has one that \
            does.
            """,
        undecidable: "The states of the patch are not described.",
        in: ["enabled_store, klp_patch_disable_blocked (states-2023, states-2025)"],
        help: "Replace the patch by one that has the state too.")

    static let newStatesAreSetUp = Rule(
        .newStatesAreSetUp, "A state is set up and enabled by the first patch that has it", .withStateCallbacks,
        statement: """
            When a patch is enabled, the setup callback (pre_patch in states-2025) of each of its states that no other listed \
            patch has runs between the initialisation and the start of the transition, in the order of its array of states, \
            before any obsolete state is disabled; the enable callback (post_patch) runs at completion, after what is obsolete was \
            released. A state that another listed patch has is handed over: none of its callbacks runs. A module that comes or goes \
            runs none.
            """,
        proof: """
            The callback of a state that another patch has, a missing, second, or misplaced one, or two in the wrong order.
            """,
        undecidable: "It is not known which states the patch has, or which of their callbacks print.",
        in: [
            "klp_setup_states, klp_enable_states, is_state_in_other_patches (states-2023)",
            "klp_states_pre_patch, klp_states_post_patch, is_state_in_other_patches (states-2025)",
        ],
        help: "List the patches that were enabled then, and their states: describe them in a manifest.")

    static let obsoleteStatesAreUndone = Rule(
        .obsoleteStatesAreUndone, "A replaced patch undoes the states that nobody takes over", .withStateCallbacks,
        statement: """
            When a replace patch is enabled, the disable callbacks (pre_unpatch) of states that only one of the other patches has \
            run before the transition starts, from that other patch, in the order of enabling; their release callbacks \
            (post_unpatch) when it completes, before the new patch's own states are enabled. If the transition is reversed, \
            states-2025 enables them again (post_patch) before it releases the new patch's own; states-2023 leaves them disabled.
            """,
        proof: "Such a callback missing, twice, of the wrong patch, or at the wrong place.",
        undecidable: "It is not known whether the patch replaces, or which states the other patches have.",
        in: [
            "klp_disable_obsolete_states, klp_release_obsolete_states (states-2023)",
            "klp_states_pre_unpatch_replaced, klp_states_post_unpatch_replaced, klp_states_post_patch_replaced (states-2025)",
        ],
        help: """
            Two known defects are predicted as they are: a state that two replaced patches share is never released, and a reversed \
            disable of a replace patch releases states of patches enabled after it.
            """)

    static let statesAreUndoneOnDisable = Rule(
        .statesAreUndoneOnDisable, "A disabled patch undoes its states", .withStateCallbacks,
        statement: """
            When a patch is disabled, the disable callbacks (pre_unpatch) of its states that no other listed patch has run before \
            the unpatching starts, and their release callbacks (post_unpatch) before it is complete; both in the order of the array.
            """,
        proof: "Such a callback missing, twice, out of order, or of a state that another patch has.",
        undecidable: "It is not known which states the patch has, or which of their callbacks print.",
        in: [
            "klp_disable_states, klp_release_states (states-2023)",
            "klp_states_pre_unpatch, klp_states_post_unpatch (states-2025)",
        ],
        help: "List the patches that were enabled then, and their states: describe them in a manifest.")

    static let failedStatesAreUndone = Rule(
        .failedStatesAreUndone, "A patch that cannot be enabled releases what it set up", .withStateCallbacks,
        statement: """
            If a setup callback (pre_patch) fails, or an object cannot be patched, exactly the states that were set up before are \
            released: in states-2023 at once, before `failed to enable patch`; in states-2025 while the transition is cancelled. \
            Obsolete states that were disabled already are enabled again before.
            """,
        proof: "A release callback missing, of the failed state or a later one, or at the other proposal's place.",
        undecidable: "It is not known which states the patch has, or which of their callbacks print.",
        in: [
            "klp_setup_states, __klp_enable_patch (states-2023)",
            "klp_cancel_transition, klp_complete_transition (states-2025)",
        ],
        help: "Which state failed is told by its own callback's line: it is the last before the release.")

    static let destructorFollowsRelease = Rule(
        .destructorFollowsRelease, "A state's shadow variables end with its release", .withStateCallbacks,
        statement: """
            The shadow variables of the id of a state with is_shadow are freed right after the state's release callback \
            (post_unpatch), by the destructor of the patch that runs it, before the next state's turn.
            """,
        proof: "The destructor's line without such a release before it, or after another state's callback.",
        undecidable: "It is not known whether there are variables, or whether the destructor prints.",
        in: ["klp_release_states (states-2023)", "klp_states_post_unpatch (states-2025)"],
        help: "See which patch has the state's last callback before the line.")
}
