import Livepatch

/// KLP-L: what the functions of livepatch return, and whom its references keep loaded. Only traces show it.
extension Rule {
    static let moduleStaysInUse = Rule(
        .moduleStaysInUse, "A livepatch in use keeps its module", .since(.linux51), needsTrace: true,
        statement: """
            klp_enable_patch takes a reference to the livepatch module before it does anything, and livepatch gives it up only \
            when the patch was unpatched, or replaced by a completed one, or its enabling failed. The module cannot be freed \
            before.
            """,
        proof: """
            module_free of a livepatch that is enabled or in transition, or module_put of it by livepatch \
            (klp_free_patch_work_fn, seen as process_one_work).
            """,
        undecidable: """
            The trace lost events; or a later livepatch of which nothing tells whether it replaces others was enabled.
            """,
        in: ["klp_enable_patch, klp_free_patch_finish (linux-5.1 and later)"],
        help: """
            The code of the module is still called while its memory is gone: expect a crash. Look for who forced the \
            module out (rmmod --force), or for an unbalanced module_put.
            """)

    static let forcedModuleStays = Rule(
        .forcedModuleStays, "A forced livepatch keeps its module for ever", .since(.linux51), needsTrace: true,
        statement: """
            After a forced unpatching, the patch's own module, and after a forced patching that replaces others, theirs can never \
            be removed: tasks may still run their code. Livepatch never gives up the reference.
            """,
        proof: "module_free or livepatch's module_put of such a module, anywhere after `forcing remaining tasks`.",
        undecidable: "The trace lost events.",
        in: ["klp_force_transition, klp_free_patch_finish (linux-5.1 and later)"],
        help: "See KLP-L027: the code may still be on a stack.")

    static let resultTellsOutcome = Rule(
        .resultTellsOutcome, "The result is what happened", .since(.linux51), needsTrace: true,
        statement: """
            klp_enable_patch returns 0 if the patching has started, and an errno if it failed; klp_module_coming returns 0 \
            if the module is accepted, and otherwise the errno that it prints. The module loader acts on it: what was \
            refused is not loaded, and the init function of a livepatch hands the errno of klp_enable_patch on.
            """,
        proof: """
            klp_enable_patch returned 0 after `failed to enable patch`, or an errno after `starting patching transition`; \
            klp_module_coming returned 0 after `refusing to load module`, or another errno than it printed; finit_module \
            returned 0 after klp_module_coming returned an errno. A warning, for it is the livepatch's fault: finit_module \
            returned 0 after klp_enable_patch returned an errno.
            """,
        undecidable: "The entry or the return of the function was not traced.",
        in: ["klp_enable_patch, klp_module_coming (linux-5.1 and later)"],
        help: "Read both places: the line and the return. The loader keeps a module whose enabling it believes in.")

    static let busyOnlyInTransition = Rule(
        .busyOnlyInTransition, "Only a transition makes livepatch busy", .since(.linux51), needsTrace: true,
        statement: """
            klp_enable_patch returns -EBUSY before it prints `enabling patch` only if another patch is in transition.
            """,
        proof: """
            The return with -EBUSY, without klp_init_transition within, where no patch was in transition from its entry to its \
            return.
            """,
        undecidable: """
            No operation before it tells the state; the trace lost events; or the state changed while the call waited for \
            klp_mutex.
            """,
        in: ["klp_enable_patch, __klp_enable_patch (linux-5.1 and later)"],
        help: "Look for klp_transition_patch left over from a transition that was given up.")
}
