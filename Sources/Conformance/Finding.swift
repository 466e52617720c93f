import Livepatch
import Reconstruction
import ReferenceEngine

/// A place where the log and the model differ, or where the kernel says itself that something is wrong.
public struct Finding: Hashable, Sendable {
    /// How bad it is.
    public enum Severity: String, Hashable, Sendable, Comparable {
        /// Contradicts the model; makes the verdict `violates`.
        case error
        /// The kernel complains of its user, or something is odd; the verdict is not touched.
        case warning
        /// Worth knowing.
        case note

        /// The worst first.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
        private var rank: Int { self == .error ? 0 : self == .warning ? 1 : 2 }
    }

    /// What differs.
    public enum Subject: Hashable, Sendable {
        /// Lines that the operation must print and did not.
        case missing([Expectation])
        /// A line that no operation explains there.
        case unexpected
        /// A line that the operation prints, at another place.
        case outOfOrder(expectedAfter: Observation?)
        /// A line that stands where another was expected.
        case insteadOf(Expectation)
        /// The kernel never does this in that state.
        case forbidden(Objection)
        /// A WARN of the kernel.
        case kernelWarning
        /// One of two callbacks that belong together was never seen.
        case asymmetric(patch: String, object: String, seen: CallbackKind)
        /// The printed state of the module is another than the operation's.
        case wrongModuleState(ModuleState)
        /// A module's own line stands on the wrong side of what livepatch does to it.
        case moduleOrder
        /// What only a trace shows.
        case trace(TraceFault)
    }

    /// The rule that is broken.
    public var rule: RuleID
    /// How bad.
    public var severity: Severity
    /// What differs.
    public var subject: Subject
    /// The line concerned: the one that should not be there, or the one before which lines are missing.
    public var place: Observation?
    /// The last line of the same operation (or before it) that was as expected.
    public var because: Observation?
    /// What was being done.
    public var operation: Operation?
}

/// An expectation that the log does not decide.
public struct Undecided: Hashable, Sendable {
    /// Why it is not decided.
    public enum Reason: Hashable, Sendable {
        /// The operation began before the log.
        case beganBefore
        /// The operation was not over at the end of the log.
        case pending
        /// Records are proven to be missing there.
        case loss
        /// The excerpt may have been cut there.
        case seam
        /// Several consecutive lines are missing and nothing shows that the log was kept there.
        case silentLoss
        /// The kernel had crashed.
        case crash
        /// The source proves neither order nor absence.
        case unorderedSource
        /// Other loads of the same livepatch print the callback, this one does not.
        case otherLoad
        /// The module's init function printed, and may have failed after that.
        case loadNotProven
        /// The livepatch is described with callbacks of which the log shows none.
        case noCallbackVisible
    }

    /// Why.
    public var reason: Reason
    /// The patch concerned, if one is.
    public var patch: String?
    /// What was expected and not seen.
    public var missing: [Expectation]
    /// The line after (or at) which it stands open.
    public var place: Observation?
}
