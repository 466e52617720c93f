import Ftrace

/// A task as a trace names it: by what a probe fetched of it.
public struct TracedTask: Hashable, Sendable {
    /// Its comm.
    public var comm: String?
    /// Its pid.
    public var pid: Int?
    /// The address of its task_struct, for a debugger, where nothing else names it.
    public var address: UInt64?

    /// A task of which nothing is known.
    public init() {}

    /// A task by its name.
    public init(comm: String?, pid: Int) {
        self.comm = comm
        self.pid = pid
    }

    /// `holder:120`, as the kernel's own lines name it.
    public var name: String {
        guard let pid else { return address.map { "task 0x" + String($0, radix: 16) } ?? "a task without a name" }
        return "\(comm ?? "pid"):\(pid)"
    }

    /// True if anything names it.
    var isNamed: Bool { pid != nil || address != nil }
}

/// Why klp_try_switch_task left a task as it was, as far as results tell.
public enum RefusalReason: Hashable, Sendable {
    /// It was running on a CPU. (-EBUSY of klp_check_and_switch_task, 5.16 to 7.2)
    case running
    /// Its stack could not be read reliably. (-EINVAL)
    case unreliableStack
    /// A function that is patched was on its stack. (-EADDRINUSE; before 5.16 -EAGAIN of klp_check_stack)
    case sleeping

    /// The reason by an errno; nil for one that is none of these.
    init?(errno: Int32) {
        switch errno {
        case -16: self = .running
        case -22, -38: self = .unreliableStack
        case -11, -98: self = .sleeping
        default: return nil
        }
    }
}

/// Where and when something happened in a trace.
public struct TraceMoment: Hashable, Sendable {
    /// The record's place.
    public var place: TracePlace
    /// When, in nanoseconds of the trace's clock.
    public var time: Int64?
    /// How many steps of the trace come before it.
    public var step: Int
}

/// By whom a task was switched in the end.
public enum SwitchWay: Hashable, Sendable {
    /// It did so on its way to user space, or in the idle loop. (klp_update_patch_state)
    case byItself
    /// A later round could switch it. (klp_try_switch_task)
    case byRound
    /// A later round found it switched, or could switch it: no result tells which.
    case untilRound
}

/// How a task was switched in the end, and where it shows.
public struct TaskSwitch<Place: Hashable & Sendable>: Hashable, Sendable {
    /// By whom.
    public var way: SwitchWay
    /// Where and when.
    public var place: Place

    /// A switch.
    public init(_ way: SwitchWay, _ place: Place) {
        self.way = way
        self.place = place
    }
}

/// Rounds of one transition in which klp_try_complete_transition left a task unswitched, one after the other.
public struct TaskRefusal: Hashable, Sendable {
    /// The task.
    public var task: TracedTask
    /// Why, in the last of the rounds; nil if no result tells.
    public var reason: RefusalReason?
    /// In how many rounds.
    public var count = 1
    /// The first round.
    public var first: TraceMoment
    /// The last round.
    public var last: TraceMoment
    /// How it was switched; nil if the trace does not show it.
    public var switched: TaskSwitch<TraceMoment>?
}
