import KernelLog
import Livepatch
import LivepatchTrace

/// A task that was not switched in a round of klp_try_complete_transition.
public struct Blocker: Hashable, Sendable {
    /// `comm:pid`.
    public var task: String
    /// Its pid; nil where only its task_struct's address is known.
    public var pid: Int?
    /// Why it was not switched.
    public var reason: Reason
    /// In how many rounds it was named.
    public var count: Int
    /// How it was switched in the end; nil if no trace shows it.
    public var switched: TaskSwitch<LogRecord>?
    /// What the scheduler did with it in the last of these rounds; nil if no trace shows it.
    public var activity: Activity?
    /// The last signal that it was sent before it was switched; nil if no trace shows one.
    public var signal: Signal?

    /// Why a task cannot be switched (klp_check_stack, klp_check_and_switch_task).
    public enum Reason: Hashable, Sendable {
        case running
        case unreliableStack
        /// The function that its line names; nil where only the function's result tells.
        case sleeping(function: String?)
        /// A trace shows that it was refused, not why.
        case untold
    }

    /// What a task does, and since when.
    public struct Activity: Hashable, Sendable {
        /// What it does.
        public var state: TaskSchedule.State
        /// The sched_switch; nil if it lies before the trace.
        public var since: LogRecord?
    }

    /// A signal that a task was sent.
    public struct Signal: Hashable, Sendable {
        /// Its number.
        public var number: Int
        /// Who sent it, `comm:pid`.
        public var sender: String?
        /// The signal_generate.
        public var place: LogRecord
    }
}

extension Blocker {
    /// From a debug line of klp_try_switch_task; the count is left open.
    public init?(_ event: Event) {
        guard let task = event.text, let pid = event.number else { return nil }
        switch event.message {
        case .taskRunning: self.init(task: "\(task):\(pid)", pid: pid, reason: .running, count: 0)
        case .taskUnreliableStack: self.init(task: "\(task):\(pid)", pid: pid, reason: .unreliableStack, count: 0)
        case .taskSleeping:
            self.init(task: "\(task):\(pid)", pid: pid, reason: .sleeping(function: event.name ?? ""), count: 0)
        default: return nil
        }
    }

    /// From the results of klp_try_switch_task and klp_check_and_switch_task.
    init(_ refusal: TaskRefusal) {
        let reason: Reason =
            switch refusal.reason {
            case .running: .running
            case .unreliableStack: .unreliableStack
            case .sleeping: .sleeping(function: nil)
            case nil: .untold
            }
        self.init(task: refusal.task.name, pid: refusal.task.pid, reason: reason, count: refusal.count)
    }
}
