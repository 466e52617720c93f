/// A probe that a trace shows, or could have shown: a kprobe, kretprobe or fprobe event, whatever its name is.
public struct TraceProbe: Hashable, Sendable {
    /// Where in the function it is.
    public enum Point: Hashable, Sendable {
        case entry
        case functionReturn
        /// At an instruction behind the function's beginning.
        case inside
    }

    /// How far behind a function's first byte its entry is probed at most: behind what marks targets of jumps, and behind the
    /// call of ftrace.
    public static let entryLength: UInt64 = 16

    /// The event's name, which may be any.
    public var event: String
    /// The probed function; nil if the trace does not say it.
    public var function: String?
    /// Where in the function it is.
    public var point: Point

    /// Describes a probe.
    public init(event: String, function: String?, point: Point) {
        self.event = event
        self.function = function
        self.point = point
    }
}
