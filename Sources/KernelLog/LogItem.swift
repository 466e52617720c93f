/// What reading a log yields, in the order of the source.
public enum LogItem: Hashable, Sendable {
    /// A record that holds one of the caller's needles.
    case record(LogRecord)
    /// A record without a needle that stands next to one that has: it tells prose and prompts from logs.
    case context(LogRecord)
    /// Records that should be here and are not.
    case loss(Loss)
}

/// Proof that records are missing.
public struct Loss: Hashable, Sendable {
    /// How the loss is known.
    public enum Evidence: Hashable, Sendable {
        /// The ring buffer's sequence numbers jump.
        case sequenceGap
        /// The console, the journal or a reader says that it dropped messages.
        case droppedMarker
        /// printk's rate limit for writers of /dev/kmsg.
        case suppressedMarker
        /// A trace says that it lost events.
        case traceLoss
        /// A trace cannot be read from there on.
        case traceDamage
    }

    /// The first line after the gap (or the marker itself).
    public var place: Place
    /// The stamp there, if any.
    public var time: LogTime?
    /// How the loss is known.
    public var evidence: Evidence
    /// How many records are missing, if the source says.
    public var count: Int?

    /// Describes a loss.
    public init(place: Place, time: LogTime?, evidence: Evidence, count: Int?) {
        self.place = place
        self.time = time
        self.evidence = evidence
        self.count = count
    }
}
