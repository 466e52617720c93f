import ByteScan

/// What a reader went through, beside the items it delivered.
public struct ReadSummary: Hashable, Sendable {
    /// Who said what the format is.
    public enum Choice: Hashable, Sendable {
        /// The source's first bytes.
        case detected
        /// The caller.
        case forced
    }

    /// Why a line gave no record.
    public enum SkipReason: String, Hashable, Sendable {
        /// Another program's or another kernel's (Xen's) message. It may be delivered as context.
        case foreign
        /// The line has not the form that its format demands.
        case unparsable
        /// Nothing but blanks and quoting marks.
        case blank
        /// The line belongs to the record before it.
        case continuation
        /// A diff's line about what was expected: the kernel did not print it.
        case expectation
        /// The same record again.
        case duplicate
    }

    /// How the source was read.
    public var format: LogFormat
    /// How the format was chosen.
    public var choice: Choice
    /// Lines in the source. Zero if the format holds no records.
    public var lines = 0
    /// Records that were looked at. In text formats these are the ones near a needle, not all there are.
    public var recordsSeen = 0
    /// How many of the seen records had a recognised prefix. If none of the delivered ones has, the log is a bare one.
    public var framedRecords = 0
    /// Records delivered because they hold a needle.
    public var recordsDelivered = 0
    /// Records delivered because they stand next to one that does.
    public var contextsDelivered = 0
    /// Losses delivered.
    public var losses = 0
    /// Lines that gave no record, among those looked at.
    public var skipped: [SkipReason: Int] = [:]
    /// The first problems, at most `problemLimit`.
    public var problems: [ReadProblem] = []
    /// How many problems there were.
    public var problemCount = 0
    /// The clocks of all stamps seen. Empty: the log has no stamps.
    public var clocks: Set<LogTime.Clock> = []
    /// The first sequence number of the source. Above zero the ring buffer had lost its head.
    public var firstSequence: UInt64?
    /// Why reading stopped before the end. What came before was delivered.
    public var error: ByteSourceError?

    /// How many problems are kept.
    public static let problemLimit = 64

    init(format: LogFormat, choice: Choice) {
        self.format = format
        self.choice = choice
    }
}

/// Damage in a source that a reader went on from.
public struct ReadProblem: Hashable, Sendable {
    /// What is damaged.
    public enum Kind: Hashable, Sendable {
        /// The source ends within a JSON document.
        case truncatedJSON
        /// An object that is no JSON.
        case malformedJSON
        /// A line that is no record of this format.
        case malformedRecord
        /// A netconsole record of which fragments are missing.
        case missingFragment
        /// A line too long to be kept whole.
        case truncatedLine
        /// The source ends within a field of the journal's export format.
        case truncatedField
    }

    /// What is damaged.
    public var kind: Kind
    /// Where.
    public var place: Place

    init(kind: Kind, place: Place) {
        self.kind = kind
        self.place = place
    }
}
