/// Proof that events are missing from a trace.
public struct TraceLoss: Hashable, Sendable {
    /// How the loss is known.
    public enum Evidence: Hashable, Sendable {
        /// A mark between the events says so: the reader, or the recorder, could not keep up.
        case mark
        /// A CPU's buffer was overwritten; what is left of it begins here.
        case bufferStarted
        /// The header counts fewer entries in the buffer than were written to it.
        case overwritten
    }

    /// Where it is said.
    public var place: TracePlace
    /// How the loss is known.
    public var evidence: Evidence
    /// Whose buffer lost events; nil if that is not said, and then it may be any.
    public var cpu: Int?
    /// The instance that lost them; nil for the top one.
    public var instance: String?
    /// How many; nil if that is not said.
    public var count: Int?

    /// Describes a loss.
    public init(place: TracePlace, evidence: Evidence, cpu: Int?, instance: String? = nil, count: Int?) {
        self.place = place
        self.evidence = evidence
        self.cpu = cpu
        self.instance = instance
        self.count = count
    }
}
