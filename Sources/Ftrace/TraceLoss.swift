/// Events that the kernel or the recorder could not keep: an entry of the loss ledger.
public struct TraceLoss: Hashable, Sendable {
    /// How the loss is known.
    public enum Evidence: Hashable, Sendable {
        /// A mark between the events says so: the reader, or the recorder, could not keep up.
        case mark
        /// A CPU's buffer was overwritten; what is left of it begins here.
        case bufferStarted
        /// The header counts fewer entries in the buffer than were written to it.
        case overwritten
        /// What the file holds from there on cannot be read: it is cut, or damaged.
        case damaged
    }

    /// True if anything behind the place may be missing, not only what stood at it.
    public var lasts: Bool { evidence == .damaged }

    /// Where it shows: behind it the trace goes on.
    public var place: TracePlace
    /// The instance that lost them; nil for the top buffer.
    public var instance: String?
    /// The CPU whose events are missing; nil if the trace does not say, and then it may be any.
    public var cpu: Int?
    /// When the trace goes on, or, if the loss lasts, until when it is whole; nil if it is not known.
    public var time: Int64?
    /// How many events are missing; nil if the trace does not say.
    public var count: Int?
    /// How the loss is known.
    public var evidence = Evidence.mark
}
