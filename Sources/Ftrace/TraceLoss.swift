/// Events that the kernel or the recorder could not keep: an entry of the loss ledger.
public struct TraceLoss: Hashable, Sendable {
    /// Where it shows: behind it the trace goes on.
    public var place: TracePlace
    /// The instance that lost them; nil for the top buffer.
    public var instance: String?
    /// The CPU whose events are missing; nil if the trace does not say.
    public var cpu: Int?
    /// When the trace goes on; nil if it is not known.
    public var time: Int64?
    /// How many events are missing; nil if the trace does not say.
    public var count: Int?
}
