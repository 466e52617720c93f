extension Catalogue {
    /// kernel/livepatch/transition.c.
    static let transition: [Message] = [
        Message(
            .initializing, .debug, .since(.linux415), "livepatch: '{patch}': initializing {direction} transition",
            in: "klp_init_transition"),
        Message(
            .starting, .notice, .since(.linux415), "livepatch: '{patch}': starting {direction} transition",
            in: "klp_start_transition"),
        Message(
            .starting, .notice, .only(.linux412), "livepatch: '{patch}': {direction}...", in: "klp_start_transition"),
        Message(
            .completing, .debug, .since(.linux415), "livepatch: '{patch}': completing {direction} transition",
            in: "klp_complete_transition"),
        Message(
            .complete, .notice, .since(.linux412), "livepatch: '{patch}': {direction} complete",
            in: "klp_complete_transition; klp_try_complete_transition in 4.12"),
        Message(
            .reversing, .debug, .since(.linux415),
            "livepatch: '{patch}': reversing transition from {direction} to {opposite}",
            in: "klp_reverse_transition"),
        Message(
            .canceling, .debug, .since(.linux415),
            "livepatch: '{patch}': canceling patching transition, going to unpatch", in: "klp_cancel_transition"),
        Message(
            .signaling, .notice, .since(.linux416), "livepatch: signaling remaining tasks", in: "klp_send_signals"),
        Message(
            .forcing, .warning, .since(.linux416), "livepatch: forcing remaining tasks to the patched state",
            in: "klp_force_transition"),
        Message(
            .taskRunning, .debug, .since(.linux412), "livepatch: klp_try_switch_task: {task} is running",
            in: "klp_try_switch_task"),
        Message(
            .taskUnreliableStack, .debug, .since(.linux55),
            "livepatch: klp_try_switch_task: {task} has an unreliable stack", in: "klp_try_switch_task since 5.16"),
        Message(
            .taskUnreliableStack, .debug, .since(.linux412),
            "livepatch: klp_check_stack: {task} has an unreliable stack", in: "klp_check_stack before 5.16"),
        Message(
            .taskSleeping, .debug, .since(.linux55),
            "livepatch: klp_try_switch_task: {task} is sleeping on function {name}",
            in: "klp_try_switch_task since 5.16"),
        Message(
            .taskSleeping, .debug, .since(.linux412),
            "livepatch: klp_check_stack: {task} is sleeping on function {name}", in: "klp_check_stack before 5.16"),
        Message(
            .taskUnknownError, .debug, .since(.linux55),
            "livepatch: klp_try_switch_task: Unknown error code ({name}) when trying to switch {task}",
            in: "klp_try_switch_task since 5.16"),
        .foreign(
            .canceling, .debug, "livepatch: '{patch}': canceling transition, going to unpatch",
            in: "a draft of the 4.15 callbacks, quoted by their documentation"),
        .foreign(
            .complete, .notice, "livepatch: '{patch}: {direction} complete", in: "a posted log with a quote missing"),
    ]

    /// kernel/livepatch/patch.c.
    static let patchFile: [Message] = [
        Message(
            .locationNotFound, .error, .all, "livepatch: failed to find location for function '{name}'",
            in: "klp_patch_func"),
        Message(
            .filterFailed, .error, .all, "livepatch: failed to set ftrace filter for function '{name}' ({number})",
            in: "klp_patch_func"),
        Message(
            .handlerFailed, .error, .all,
            "livepatch: failed to register ftrace handler for function '{name}' ({number})", in: "klp_patch_func"),
        Message(
            .handlerUnregisterFailed, .error, .only(.linux40),
            "livepatch: failed to unregister ftrace handler for function '{name}' ({number})",
            in: "klp_disable_func, 4.0"),
        Message(
            .filterClearFailed, .warning, .only(.linux40),
            "livepatch: function unregister succeeded but failed to clear the filter", in: "klp_disable_func, 4.0"),
    ]
}
