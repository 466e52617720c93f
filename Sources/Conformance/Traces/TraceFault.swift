import Livepatch
import Reconstruction
import ReferenceEngine

/// What only a trace shows to be wrong.
public enum TraceFault: Hashable, Sendable {
    /// The module of a livepatch that is in use was freed, or livepatch gave up its reference.
    case moduleGivenUp(patch: String)
    /// The module of a livepatch that was forced was freed, or livepatch gave up its reference.
    case forcedModuleGivenUp(patch: String)
    /// A function returned an errno (0 for none) that its own lines contradict.
    case result(function: String, of: String, errno: Int, contradicts: MessageID)
    /// klp_enable_patch returned -EBUSY before it did anything, and no transition was running.
    case busyWithoutTransition(patch: String)
    /// A module was loaded although klp_module_coming returned an errno.
    case loadedAlthoughRefused(module: String, errno: Int)
    /// A livepatch stays loaded although its klp_enable_patch returned an errno.
    case staysLoaded(patch: String, errno: Int)
    /// A function that needs klp_mutex was entered by one task while another was at work under it.
    case interleaved(function: String, within: String)
}

extension Finding {
    /// What only a trace shows to be wrong.
    init(
        _ rule: RuleID, _ fault: TraceFault, severity: Severity = .error, at place: Observation, because: Observation?
    ) {
        self.init(
            rule: rule, severity: severity, subject: .trace(fault), place: place, because: because, operation: nil)
    }
}
