/// KLP-R: replace. KLP-S: states.
extension Rule {
    static let replacedPatchIsSilent = Rule(
        .replacedPatchIsSilent, "A replaced patch is heard of no more", .since(.linux51),
        statement: """
            When the patching of a replace patch completes, all patches enabled before it are taken off without a \
            transition and without any callback. Until its module is loaded again, no line of the kernel names such \
            a patch.
            """,
        proof: """
            A callback, a transition, `applying patch` or `reverting patch` of a patch that is known to be replaced.
            """,
        undecidable: """
            It is not known whether the later patch replaces: no line says so. A manifest does, or the module \
            parameter in the command that loaded it.
            """,
        in: [
            "klp_complete_transition, klp_unpatch_replaced_patches (linux-5.5)",
            "klp_complete_transition, klp_discard_replaced_patches (linux-5.1)",
        ],
        help: """
            /sys/kernel/livepatch/P/replace (since 6.11) and `modinfo` of the later module tell whether it replaces.
            """)

    static let statesDecideCompatibility = Rule(
        .statesDecideCompatibility, "States decide which patches are compatible", .since(.linux55),
        statement: """
            For every state of every listed patch: a new patch that has the state must have it at the same or a \
            higher version; one that lacks it is refused if it replaces. If this holds the patch is not refused, \
            otherwise it is not enabled. Where states have callbacks (states-2023, states-2025) only a patch that replaces is \
            refused, and only if it lacks a state of which block_disable is set.
            """,
        proof: """
            `is not compatible with the already installed livepatches` although it is, or `enabling patch` although \
            it is not.
            """,
        undecidable: """
            The states, their versions or `replace` of one of the patches are not known: describe them in a \
            manifest.
            """,
        in: ["klp_enable_patch, klp_is_patch_compatible, klp_is_state_compatible (linux-5.5)"],
        help: "Compare the states arrays of the livepatches; a disabled patch counts until it is freed.")

    static let statesAreTakenOver = Rule(
        .statesAreTakenOver, "A state that an earlier patch has is taken over", .since(.linux55),
        statement: """
            While a patch is in transition, klp_get_prev_state gives its callbacks the state of the last patch listed \
            before it. A patch whose callbacks print what they do about a state prints it right after the callback's own \
            line: that the state is new if no patch listed before has it, that it is taken over (or given back) otherwise.
            """,
        proof: """
            The line is missing, stands elsewhere, or says the other thing. Judged for livepatches whose states' lines are \
            described: the kernel's test_klp_state modules, and those of a manifest or scenario.
            """,
        undecidable:
            "Whether an earlier patch has the state is not known, because the log begins after it was enabled.",
        in: ["klp_get_prev_state (linux-5.5)", "the livepatch's callbacks"],
        help: "Compare the order of loading with the line: was the earlier patch replaced or disabled before?")

    static let warningInStates = Rule(
        .warningInStates, "The previous state is asked for only in a transition", .since(.linux55), severity: .warning,
        statement: """
            klp_get_prev_state answers only while a patch is in transition. Called at another time, for example from \
            a callback of a coming module, it warns once and returns NULL.
            """,
        proof: "A WARNING at kernel/livepatch/state.c.",
        undecidable: "Never: the kernel says it. It says it once only, so later calls leave no line.",
        in: ["klp_get_prev_state (linux-5.5)"],
        help: "Look for the caller in the back trace below the warning; it is a fault of the livepatch.")
}
