import Livepatch
import Reconstruction
import ReferenceEngine

/// What became of one livepatch in a boot.
public struct LivepatchHistory: Hashable, Sendable {
    /// How it stands at the end of the log.
    public enum Status: Hashable, Sendable {
        /// Enabled since that line; before the log if there is none.
        case enabled(since: Observation?)
        /// Enabled, unless one of the later patches replaced it: nothing tells.
        case enabledOrReplaced(by: [String], since: Observation?)
        /// Disabled by that line.
        case disabled(by: Observation?)
        /// Replaced by the other patch.
        case replaced(by: String, at: Observation?)
        /// In transition.
        case inTransition(Direction, since: Observation?)
        /// Its last load was refused; the line that says why.
        case refused(Observation?)
        /// Nothing is known.
        case unknown
    }

    /// The livepatch module.
    public var name: String
    /// How it stands at the end.
    public var status: Status
    /// Its transitions, in order.
    public var transitions: [TransitionHistory]
    /// How often `enabling patch` was seen.
    public var enableCount: Int
    /// How many callback lines were seen.
    public var callbackCount: Int
    /// Whether it replaces others; nil if nothing tells.
    public var replaces: Bool?

    /// The line since which it is in transition, if it is.
    var transitionStart: Observation? { if case .inTransition(_, let since) = status { since } else { nil } }
}

/// One transition: from its start to its end, with every reversal.
public struct TransitionHistory: Hashable, Sendable {
    /// Where it was going in the end.
    public var direction: Direction
    /// The first `starting` line; nil if it lies before the log.
    public var start: Observation?
    /// The `complete` line; nil if there is none.
    public var end: Observation?
    /// How often it was reversed.
    public var reversals = 0
    /// The `signaling remaining tasks` line.
    public var signal: Observation?
    /// The `forcing remaining tasks` line.
    public var force: Observation?
    /// The tasks that debug lines name as not switched, most often named first.
    public var blockers: [Blocker] = []

    /// How long it took in microseconds, if both ends carry stamps of one clock.
    public var duration: Int64? {
        guard let first = start?.record.time, let last = end?.record.time, first.clock == last.clock,
            first.clock != .previous
        else { return nil }
        return last.microseconds - first.microseconds
    }
}

/// A task that was not switched in a round of klp_try_complete_transition.
public struct Blocker: Hashable, Sendable {
    /// `comm:pid`.
    public var task: String
    /// Why, in the kernel's words: `running`, `unreliable stack` or the function it sleeps on.
    public var reason: Reason
    /// In how many rounds it was named.
    public var count: Int

    /// Why a task cannot be switched (klp_check_stack, klp_check_and_switch_task).
    public enum Reason: Hashable, Sendable {
        case running
        case unreliableStack
        case sleeping(function: String)
    }
}
