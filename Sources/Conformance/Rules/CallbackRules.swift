/// KLP-C: when the callbacks of an object run. Objects are walked forward in all four phases (klp_for_each_object).
extension Rule {
    static let prePatchForEveryObject = Rule(
        .prePatchForEveryObject, "pre_patch runs for every loaded object of an enable", .since(.linux415),
        statement: """
            Between `initializing patching` and `starting patching` (or the failure), each object that is loaded and \
            defines pre_patch runs it once. Elsewhere it runs only for a module that is being loaded.
            """,
        proof: """
            The line missing for an object that is loaded and known to define the callback, once too often, or in \
            another operation.
            """,
        undecidable: """
            It is not known whether the object defines the callback and prints in it (no manifest, and no other load \
            shows it), or whether its module was loaded.
            """,
        in: ["__klp_enable_patch, klp_pre_patch_callback (linux-4.15 and later)"],
        help: "Describe the livepatch in a manifest, or compare with another load of the same module file.")

    static let oneObjectOrder = Rule(
        .oneObjectOrder, "One order of objects in all phases", .since(.linux415),
        statement: """
            pre_patch, post_patch, pre_unpatch and post_unpatch run through the objects of a patch in the order of \
            klp_patch.objs, always forward. vmlinux has no special place.
            """,
        proof: "Two callbacks of one phase in the opposite order of another phase, or of the manifest.",
        undecidable: "Only one phase shows more than one object: then any order will do, unless a manifest gives it.",
        in: [
            "__klp_enable_patch, __klp_disable_patch, klp_complete_transition (linux-4.15 and later: klp_for_each_object)"
        ],
        help: """
            Compare with the objs array in the livepatch's source, and see whether the log was sorted by time \
            stamps.
            """)

    static let postPatchAtCompletion = Rule(
        .postPatchAtCompletion, "post_patch runs when the patching completes", .since(.linux415),
        statement: """
            Between `completing patching` and `patching complete` each loaded object runs post_patch once, also when \
            a reversed disable completes. Elsewhere it runs only for a module that comes while its patch is not in \
            transition.
            """,
        proof: """
            The line missing from the completion of an object that is known to define the callback, or in another \
            operation.
            """,
        undecidable: "It is not known whether the object defines the callback, or whether its module was loaded.",
        in: [
            "klp_complete_transition, klp_post_patch_callback (linux-4.15 and later)",
            "klp_module_coming (linux-4.15 and later)",
        ],
        help: "Describe the livepatch in a manifest, or compare with another load of the same module file.")

    static let preUnpatchBeforeStart = Rule(
        .preUnpatchBeforeStart, "pre_unpatch runs before an unpatching starts", .since(.linux415),
        statement: """
            Between `initializing unpatching` and `starting unpatching` each patched object runs pre_unpatch once. \
            Elsewhere it runs only for a module that goes while its patch is not in transition.
            """,
        proof: """
            The line missing from a disable of an object that is known to define the callback, or in another \
            operation.
            """,
        undecidable: "It is not known whether the object defines the callback, or whether it was patched.",
        in: [
            "__klp_disable_patch, klp_pre_unpatch_callback (linux-4.15 and later)",
            "klp_cleanup_module_patches_limited (linux-4.15 and later)",
        ],
        help: "Describe the livepatch in a manifest, or compare with another load of the same module file.")

    static let postUnpatchAtCompletion = Rule(
        .postUnpatchAtCompletion, "post_unpatch runs when the object's functions are taken back", .since(.linux415),
        statement: """
            post_unpatch runs between `completing unpatching` and `unpatching complete`, right after `reverting \
            patch` of a module, or after `failed to apply patch` to one. Nowhere else.
            """,
        proof: "The line in another operation.",
        undecidable: "Without debug lines the completion's beginning is not seen: the line then counts as part of it.",
        in: [
            "klp_complete_transition, klp_post_unpatch_callback (linux-4.15 and later)",
            "klp_cleanup_module_patches_limited, klp_module_coming (linux-4.15 and later)",
        ],
        help: "Check the livepatch itself: does a function of its own print the same words?")

    static let postUnpatchNeedsPrePatch = Rule(
        .postUnpatchNeedsPrePatch, "post_unpatch undoes one pre_patch", .since(.linux415),
        statement: """
            An object runs post_unpatch only if its pre_patch returned 0 (or is not defined) and was not undone \
            since: callbacks.post_unpatch_enabled is set by the one and cleared by the other.
            """,
        proof: "A second post_unpatch, or one of an object that was not prepared in this attempt.",
        undecidable: "pre_patch may have run before the log begins; an object without pre_patch may run post_unpatch.",
        in: ["klp_pre_patch_callback, klp_post_unpatch_callback (linux-4.15 and later)"],
        help: "Look for the pre_patch of the object since its patch (or its module) was loaded.")

    static let postUnpatchForEveryObject = Rule(
        .postUnpatchForEveryObject, "post_unpatch runs for every prepared object", .since(.linux415),
        statement: """
            When an unpatching completes, by a disable or by a reversed enable, each object that is loaded and \
            prepared and defines post_unpatch runs it.
            """,
        proof: "`unpatching complete` without the line of an object that is known to define the callback.",
        undecidable: "It is not known whether the object defines the callback, or whether its module was loaded.",
        in: ["klp_complete_transition, klp_post_unpatch_callback (linux-4.15 and later)"],
        help: "Describe the livepatch in a manifest; see whether the module of the object was unloaded in between.")

    static let postPatchNeedsPrePatch = Rule(
        .postPatchNeedsPrePatch, "post_patch follows pre_patch of the same load", .since(.linux415),
        statement: """
            In a completion only those objects run post_patch that are loaded and were prepared: when the patch was \
            enabled, or when their module came. Each runs it once in a completion.
            """,
        proof: "A post_patch in a completion by an object that was not prepared, or that ran it already.",
        undecidable: """
            pre_patch may have run before the log begins. Kernels of linux-4.15 to linux-5.4 may keep a refused \
            module as loaded, and then run post_patch for it.
            """,
        in: ["klp_complete_transition, klp_post_patch_callback (linux-4.15 and later)"],
        help: "Look for the module of the object: was it refused, or unloaded, while the transition was running?")

    static let preUnpatchNeedsPostPatch = Rule(
        .preUnpatchNeedsPostPatch, "pre_unpatch follows post_patch", .since(.linux415),
        statement: """
            In a disable only patched objects run pre_unpatch: those whose patching has completed and that have not \
            run pre_unpatch since, unless a reversal brought them back.
            """,
        proof: "A pre_unpatch in a disable by an object that was not patched, or that ran it already.",
        undecidable: "post_patch may have run before the log begins.",
        in: ["__klp_disable_patch (linux-4.15 and later: only objects with obj->patched)"],
        help: "Look for `patching complete` of the patch, or `applying patch` to the module, before the line.")

    static let nothingAfterFailedPrePatch = Rule(
        .nothingAfterFailedPrePatch, "No callback of an object whose pre_patch failed", .since(.linux415),
        statement: """
            After `pre-patch callback failed for object`, that object runs no callback in the same attempt: it is \
            not patched, and post_unpatch_enabled is false.
            """,
        proof: "A callback of the object between the failure and `unpatching complete`.",
        undecidable: "Never, if both lines belong to the same section.",
        in: ["__klp_enable_patch, klp_pre_patch_callback (linux-4.15 and later)"],
        help: """
            Look at what the callback undid by itself before it returned the error, and whether it is undone twice \
            now.
            """)

    static let noPrePatchAfterFailure = Rule(
        .noPrePatchAfterFailure, "No further object is prepared after a failure", .since(.linux415),
        statement: """
            When pre_patch or klp_patch_object fails for an object, the objects after it on the list run no \
            pre_patch in that attempt.
            """,
        proof: "pre_patch of another object after `pre-patch callback failed` or `failed to patch object`.",
        undecidable: "Never, if both lines belong to the same section.",
        in: ["__klp_enable_patch (linux-4.15 and later: goto err)"],
        help: "Compare with the objs array in the livepatch's source; see whether two enables of the patch are mixed.")

    static let undoneAfterFailure = Rule(
        .undoneAfterFailure, "What was prepared before a failure is undone", .since(.linux415),
        statement: """
            After a failed enable every object whose pre_patch had succeeded runs post_unpatch before `unpatching \
            complete`, the one that could not be patched included. The same holds for a module that `failed to apply \
            patch` concerns. No post_patch runs.
            """,
        proof: "`unpatching complete` (or `refusing to load module`) without post_unpatch of such an object.",
        undecidable: "It is not known whether the object defines post_unpatch.",
        in: [
            "klp_cancel_transition, klp_complete_transition (linux-4.15 and later)",
            "klp_module_coming (linux-4.15 and later)",
        ],
        help: """
            The kernel's callback document can be read as if no post callback ran for the object that failed to be \
            patched; the code runs it. Check what the livepatch left behind.
            """)

    static let callbackOfAbsentModule = Rule(
        .callbackOfAbsentModule, "No callback for a module that is not loaded", .since(.linux415),
        statement: """
            The callbacks of a module's object run only while the module is loaded, from its coming (before its init \
            function) to its going (after its exit function).
            """,
        proof: "A callback of the object after the module was reverted or left, and before it came again.",
        undecidable: """
            Which modules were loaded when the log begins is not known; most modules print neither init nor exit.
            """,
        in: ["klp_is_object_loaded (linux-4.0 and later), klp_for_each_object in its callers"],
        help: """
            Look at when the module was loaded and unloaded, for example with a module that prints in init and exit.
            """)

    static let callbacksComeInPairs = Rule(
        .callbacksComeInPairs, "Callbacks come in pairs", .since(.linux415), severity: .warning,
        statement: """
            pre_patch belongs with post_unpatch, and post_patch with pre_unpatch: the second of each undoes the \
            first. The kernel does not ask for it; a livepatch may define one alone.
            """,
        proof: """
            One of the two is never seen for an object although an operation that runs it is, and no manifest says \
            that it is not defined.
            """,
        undecidable: "The log holds no operation in which the other callback would have run.",
        in: ["klp_pre_patch_callback ... klp_post_unpatch_callback (linux-4.15 and later: each is optional)"],
        help: """
            Either the livepatch does not undo what it did, or a line is missing. Describe the livepatch in a \
            manifest: then a missing line is an error, and an undefined callback is silent.
            """)

    static let moduleStateLabel = Rule(
        .moduleStateLabel, "A callback sees its module in the state of the operation", .since(.linux415),
        severity: .warning,
        statement: """
            Where a callback prints its module's state, it is MODULE_STATE_LIVE in an enable, a disable and a \
            completion, MODULE_STATE_COMING while the module is being loaded or its load is refused, and \
            MODULE_STATE_GOING while it goes.
            """,
        proof: "Another state in the line.",
        undecidable: """
            A module whose init function is still running is COMING also in an enable: then the label is right.
            """,
        in: [
            "klp_module_coming, klp_module_going (linux-4.6 and later)", "__klp_enable_patch (linux-4.15 and later)",
        ],
        help: "See whether the module's init function was still running; its own init line tells.")
}
