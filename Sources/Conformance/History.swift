import KernelLog
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
    /// Where it was prepared (klp_init_transition), if a debug line or a trace shows it.
    public var preparation: Observation?
    /// Where its completion began (klp_complete_transition), if a debug line or a trace shows it.
    public var completion: Observation?
    /// How often klp_try_complete_transition looked for the tasks that were left; nil without a trace of it.
    public var rounds: Int?
    /// How many tasks switched themselves on their way to user space (klp_update_patch_state); nil without a trace of it.
    public var selfSwitched: Int?
    /// The task that was the last to switch itself, if a trace shows it, and where.
    public var lastSwitched: SelfSwitch?
    /// How often it was reversed.
    public var reversals = 0
    /// The `signaling remaining tasks` line.
    public var signal: Observation?
    /// The `forcing remaining tasks` line.
    public var force: Observation?
    /// The tasks that debug lines, or traces, show as not switched, most rounds first.
    public var blockers: [Blocker] = []

    /// How long preparing it took, in microseconds: from klp_init_transition to klp_start_transition.
    public var preparingTime: Int64? { Self.time(from: preparation, to: start) }
    /// How long it waited for tasks, in microseconds: from klp_start_transition to klp_complete_transition.
    public var waitingTime: Int64? { Self.time(from: start, to: completion) }
    /// How long completing it took, in microseconds.
    public var completingTime: Int64? { Self.time(from: completion, to: end) }

    /// How long it took in microseconds, if both ends carry stamps of one clock.
    public var duration: Int64? { Self.time(from: start, to: end) }

    private static func time(from first: Observation?, to last: Observation?) -> Int64? {
        guard let first = first?.record.time, let last = last?.record.time, first.clock == last.clock,
            first.clock != .previous
        else { return nil }
        return last.microseconds - first.microseconds
    }
}

/// That a task switched itself on its way to user space, or in the idle loop (klp_update_patch_state).
public struct SelfSwitch: Hashable, Sendable {
    /// `comm:pid`.
    public var task: String
    /// Where.
    public var place: LogRecord
}
