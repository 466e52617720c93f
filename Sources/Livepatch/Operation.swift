/// Something that was done to the livepatch subsystem, and how it ended. Each is one klp_mutex section, except a call of
/// the shadow variable API, which has a lock of its own (klp_shadow_lock).
public enum Operation: Hashable, Sendable {
    /// A livepatch module calls klp_enable_patch (or, until 5.0, somebody writes 1 to `enabled`).
    case enable(patch: String, outcome: EnableOutcome)
    /// Somebody writes 0 to `enabled` of an enabled patch (__klp_disable_patch).
    case disable(patch: String)
    /// Somebody writes the other value to `enabled` of the patch in transition (klp_reverse_transition).
    case reverse(patch: String)
    /// Every task is switched: the transition ends (klp_complete_transition).
    case completeTransition(patch: String)
    /// klp_try_complete_transition or, in 4.16 to 5.0, a write to `signal` nudges the remaining tasks.
    case signal
    /// A write to `force` (klp_force_transition).
    case force
    /// A target module is loaded (klp_module_coming).
    case moduleComing(module: String, outcome: ComingOutcome)
    /// A target module is unloaded, or its load failed later (klp_module_going).
    case moduleGoing(module: String)
    /// klp_enable_patch refuses the patch before it does anything.
    case refuseEnable(patch: String)
    /// Somebody writes 0 to `enabled` of a patch that has a state which cannot be disabled (states-2023).
    case refuseDisable(patch: String)
    /// A module calls the shadow variable API.
    case shadow(ShadowCall)
}

/// How klp_enable_patch ended after it printed `enabling patch`.
public enum EnableOutcome: Hashable, Sendable {
    /// The transition started.
    case started
    /// The pre_patch (setup) callback of the state returned an error (states-2023).
    case setupFailed(state: UInt)
    /// The object's pre_patch callback returned an error.
    case prePatchFailed(object: String)
    /// klp_patch_object failed for the object.
    case patchObjectFailed(object: String)
    /// klp_init_transition or a later step failed for a reason that prints nothing of its own (before 4.15).
    case failed
}

/// How klp_module_coming ended.
public enum ComingOutcome: Hashable, Sendable {
    /// Every interested patch was applied.
    case applied
    /// The patch's symbols could not be resolved in the module.
    case initializeFailed(patch: String)
    /// The patch's pre_patch callback for the module returned an error.
    case prePatchFailed(patch: String)
    /// klp_patch_object failed.
    case applyFailed(patch: String)
}
