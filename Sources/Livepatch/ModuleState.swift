/// The state of a target module while a callback runs (enum module_state), as the kernel's test modules print it.
public enum ModuleState: String, Hashable, Sendable, CaseIterable {
    /// The module is in use.
    case live = "MODULE_STATE_LIVE"
    /// The module is being loaded; its init function has not run.
    case coming = "MODULE_STATE_COMING"
    /// The module is being unloaded, or its init function failed.
    case going = "MODULE_STATE_GOING"
    /// The module is still being set up.
    case unformed = "MODULE_STATE_UNFORMED"

    /// The words that the test modules print after the state.
    public var remark: String {
        switch self {
        case .live: "Normal state"
        case .coming: "Full formed, running module_init"
        case .going: "Going away"
        case .unformed: "Still setting it up"
        }
    }
}
