/// # Ftrace
///
/// The kernel's traces, as records: text traces of tracefs, trace-cmd and perf, and `trace.dat`. This module knows nothing of
/// livepatch.
///
/// One event of a trace.
public struct TraceRecord: Hashable, Sendable {
    /// What kind of event it is.
    public enum Kind: Hashable, Sendable {
        /// A trace event or probe: `module_load`, `kprobes:klp_enable_patch`.
        case event
        /// A function was entered (function and function_graph tracers); the event's name is the function.
        case functionEntry
        /// A function returned (function_graph); the event's name is the function, if the trace says so.
        case functionReturn
    }

    /// Where it stands.
    public var place: TracePlace
    /// When it happened, in nanoseconds of the trace's clock; nil if the trace does not show it.
    public var time: Int64?
    /// On which CPU; nil if the trace does not show it.
    public var cpu: Int?
    /// Which task was running.
    public var task: TraceTask?
    /// The instance or buffer that recorded it; nil for the top one.
    public var instance: String?
    /// What kind of event it is.
    public var kind: Kind
    /// `kprobes`, `module`; nil if the trace does not show it.
    public var system: String?
    /// The event's name, or the function's.
    public var name: String
    /// Its arguments, in order.
    public var fields: [TraceField]
    /// What stands behind the event's name in a text trace; nil in a binary one.
    public var text: String?
    /// The functions of its stack, innermost first, if it was recorded.
    public var stack: [String] = []
}

/// Where a record stands: a line of a text trace, or a byte of a binary one.
public struct TracePlace: Hashable, Sendable {
    /// The file, by its number among those that are read together.
    public var source: Int
    /// The line, counted from 1; nil in a binary trace.
    public var line: Int?
    /// The byte at which it begins.
    public var offset: Int
}

/// A task as traces show it.
public struct TraceTask: Hashable, Sendable {
    /// Its comm; `<...>` if the kernel had forgotten it.
    public var name: String
    /// Its pid (of the thread).
    public var pid: Int
    /// Its thread group; nil if it is not shown.
    public var group: Int?

    /// `insmod:231`, as the kernel's messages and people name it.
    public var designation: String { "\(name):\(pid)" }
}

/// An argument of an event.
public struct TraceField: Hashable, Sendable {
    /// A value.
    public enum Value: Hashable, Sendable {
        case text(String)
        case number(Int64)
    }

    /// Its name.
    public var name: String
    /// Its value.
    public var value: Value
}
