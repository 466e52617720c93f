import ByteScan

/// What the stamps of a text trace count.
public enum TextTraceClock: Hashable, Sendable {
    /// Seconds with so many decimals.
    case seconds(decimals: Int)
    /// Bare numbers: nanoseconds, unless the trace's clock counts something else (`counter`, `x86-tsc`).
    case raw
    /// Microseconds since the trace began.
    case microseconds
}

/// What the lines before the events say.
public struct TextTraceHeader: Hashable, Sendable {
    /// `function_graph`; `nop` if only events were recorded.
    public var tracer: String?
    /// How many entries the buffer held when it was read.
    public var entriesInBuffer: Int?
    /// How many entries were ever written to it.
    public var entriesWritten: Int?
    /// How many CPUs the machine had.
    public var cpus: Int?
    /// The kernel's release, which the latency format says.
    public var kernel: String?

    /// A trace that says nothing of itself.
    public init() {}
}

/// What a reader of a text trace went through, beside the records it delivered.
public struct TextTraceSummary: Hashable, Sendable {
    /// How the trace was read; nil if it is no text trace, and then nothing was read.
    public var format: TextTraceFormat?
    /// What the lines before the events say.
    public var header = TextTraceHeader()
    /// What the stamps count; nil if there are none.
    public var clock: TextTraceClock?
    /// Lines in the trace.
    public var lines = 0
    /// Bytes in the trace.
    public var bytes = 0
    /// Lines that hold an event.
    public var events = 0
    /// Records delivered.
    public var records = 0
    /// Lines about each name. (A `f();` of function_graph is one line about the entry and one about the return.)
    public var counts: [TracedName: Int] = [:]
    /// The probes that were hit, with the number of their lines.
    public var probes: [TraceProbe: Int] = [:]
    /// Proof that events are missing.
    public var losses: [TraceLoss] = []
    /// The instances whose events the trace holds, besides the top one. Only those of delivered records are known.
    public var instances: Set<String> = []
    /// Lines that continue the message of the event before them.
    public var continuations = 0
    /// Lines that were not understood.
    public var unrecognised = 0
    /// The first of them, at most `placeLimit`.
    public var unrecognisedPlaces: [TracePlace] = []
    /// True if the trace ends in the middle of a line, with fewer events than its header counts.
    public var isCut = false
    /// Lines that were longer than what was read of them.
    public var truncatedLines = 0
    /// Why reading stopped before the end. What came before was delivered.
    public var error: ByteSourceError?

    /// How many places of lines that were not understood are kept.
    public static let placeLimit = 16
}
