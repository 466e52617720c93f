/// Where a transition goes (klp_target_state: KLP_PATCHED or KLP_UNPATCHED, since 6.11 KLP_TRANSITION_*).
public enum Direction: String, Hashable, Sendable, CaseIterable {
    /// Tasks are switched to the new functions.
    case patching
    /// Tasks are switched back to the original functions.
    case unpatching

    /// The direction of the reversed transition (klp_reverse_transition).
    public var reversed: Direction { self == .patching ? .unpatching : .patching }
}
