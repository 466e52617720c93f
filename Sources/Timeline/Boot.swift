import KernelLog

/// # Timeline
///
/// Records of one or several sources become boots: for each boot one ordered list of entries, with the gaps between
/// them named, and a ledger of what was lost. Order is the order of sequence numbers or of positions, never that of
/// stamps alone. This module knows no livepatch.
///
/// What is known of one boot of one kernel.
public struct Boot: Sendable {
    /// The sources that the entries came from, as indices into the list that the user named.
    public var sources: [Int]
    /// The kernel's banner, if the sources hold it: the boot is seen from its beginning.
    public var banner: LogRecord?
    /// The records, in order.
    public var entries: [Entry]
    /// Everything that is proven to be missing.
    public var losses: [Loss]
    /// True if the sources prove neither order nor absence: netconsole, remote syslog.
    public var isUnordered: Bool
    /// The kernel's release, where something else than a banner says it: a trace's header.
    public var release: String?

    /// Puts a `Boot` together from its parts.
    public init(
        sources: [Int], banner: LogRecord? = nil, entries: [Entry] = [], losses: [Loss] = [], isUnordered: Bool = false,
        release: String? = nil
    ) {
        self.sources = sources
        self.banner = banner
        self.entries = entries
        self.losses = losses
        self.isUnordered = isUnordered
        self.release = release
    }

    /// The release in the banner, `6.1.0-56-amd64` of `Linux version 6.1.0-56-amd64 (...`, or what a trace says.
    public var kernelRelease: String? {
        guard let words = banner?.message.split(separator: " "), words.count > 2 else { return release }
        return String(words[2])
    }
}

/// One record in its place.
public struct Entry: Hashable, Sendable {
    /// The record.
    public var record: LogRecord
    /// What lies between the previous entry and this one, if it is more than other records.
    public var gap: Gap?
    /// The level (0 to 7) of the least important record that the source shows between the previous entry and this
    /// one; nil if it shows none. A record of unknown level counts as information (6).
    public var leastImportantBetween: UInt8?
    /// Where other sources say the same.
    public var otherWitnesses: [Place]

    /// Puts a `Entry` together from its parts.
    public init(
        record: LogRecord, gap: Gap? = nil, leastImportantBetween: UInt8? = nil, otherWitnesses: [Place] = []
    ) {
        self.record = record
        self.gap = gap
        self.leastImportantBetween = leastImportantBetween
        self.otherWitnesses = otherWitnesses
    }
}

/// Why the records on both sides need not be neighbours.
public enum Gap: Hashable, Sendable {
    /// Records are proven to be missing.
    case loss(Loss)
    /// Somebody may have cut here. It only excuses a contradiction.
    case seam(Seam)
}

/// Signs that an excerpt was put together from pieces.
public enum Seam: String, Hashable, Sendable {
    /// A shell prompt or another line that is no log record.
    case foreignText = "text that is no log record"
    /// An ellipsis or the like.
    case ellipsis = "an ellipsis"
    /// A piece between two pieces of a rotated log is not there.
    case missingPiece = "a piece of the rotated log that is not there"
    /// The stamps run backwards.
    case stampBackwards = "a stamp that runs backwards"
}
