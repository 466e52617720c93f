/// The callbacks that a klp_object may define (struct klp_callbacks, since 4.15).
public enum CallbackKind: String, Hashable, Sendable, CaseIterable {
    /// Before the object is patched; may fail, and then the enable or the module load is refused.
    case prePatch = "pre_patch"
    /// After the object is patched and every task runs the new code.
    case postPatch = "post_patch"
    /// Before the object is unpatched; only for an object whose patching was completed.
    case preUnpatch = "pre_unpatch"
    /// After the object is unpatched; only if pre_patch succeeded or is not defined.
    case postUnpatch = "post_unpatch"

    /// The callback that prepares what this one cleans up, or the other way round: pre_patch with post_unpatch,
    /// post_patch with pre_unpatch (klp-callbacks documentation).
    public var counterpart: CallbackKind {
        switch self {
        case .prePatch: .postUnpatch
        case .postPatch: .preUnpatch
        case .preUnpatch: .postPatch
        case .postUnpatch: .prePatch
        }
    }

    /// What states-2023 calls it, for a state (struct klp_state_callbacks).
    public var stage: String {
        switch self {
        case .prePatch: "setup"
        case .postPatch: "enable"
        case .preUnpatch: "disable"
        case .postUnpatch: "release"
        }
    }
}
