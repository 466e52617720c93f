/// One message of the kernel's log, whatever rendering it was read from.
///
/// `[   12.345678][  T123] livepatch: enabling patch 'x'` and
/// `5,419,12345678,-,caller=T123;livepatch: enabling patch 'x'` give the same record but for what the
/// rendering leaves out (here the level, the facility and the sequence number).
///
/// This module knows the renderings of printk records. It never knows what a message means.
public struct LogRecord: Hashable, Sendable {
    /// Where the record begins in its source.
    public var place: Place
    /// When the kernel (or, where the rendering has nothing better, the log daemon) stamped it.
    public var time: LogTime?
    /// 0 (emergency) to 7 (debug).
    public var level: UInt8?
    /// The syslog facility: 0 is the kernel; anything else was written by user space (into /dev/kmsg).
    public var facility: UInt8?
    /// The printing context as CONFIG_PRINTK_CALLER renders it: `T123` (a task) or `C0` (a processor).
    public var caller: String?
    /// The record's number in the kernel's ring buffer; a jump proves that records were lost.
    public var sequence: UInt64?
    /// The journal's boot id.
    public var bootID: String?
    /// The text without any prefix. A newline within the message is "\n". Bytes that are no UTF-8 are repaired.
    public var message: String
    /// True if a log prefix was recognised. A line without one, in a source that has them elsewhere, is a
    /// prompt, prose or the output of a program.
    public var isFramed: Bool

    /// Describes a record; what the rendering leaves out is nil.
    public init(
        place: Place, time: LogTime? = nil, level: UInt8? = nil, facility: UInt8? = nil, caller: String? = nil,
        sequence: UInt64? = nil, bootID: String? = nil, message: String, isFramed: Bool = true
    ) {
        self.place = place
        self.time = time
        self.level = level
        self.facility = facility
        self.caller = caller
        self.sequence = sequence
        self.bootID = bootID
        self.message = message
        self.isFramed = isFramed
    }
}

/// A position in one source.
public struct Place: Hashable, Sendable {
    /// Index of the source among those that the user named.
    public var source: Int
    /// 1-based line number, after decompression.
    public var line: Int
    /// Byte offset of the line's first byte, after decompression.
    public var offset: Int

    /// Names a position.
    public init(source: Int, line: Int, offset: Int) {
        self.source = source
        self.line = line
        self.offset = offset
    }
}

/// A stamp and the clock it was read from. Stamps of different clocks do not compare.
public struct LogTime: Hashable, Sendable {
    /// What the number counts from.
    public enum Clock: Hashable, Sendable {
        /// Since boot (printk's local clock).
        case boot
        /// Since 1970-01-01, UTC (or local time where the rendering names no zone).
        case calendar
        /// Since midnight: a rendering without a date.
        case midnight
        /// Since the previous record of the rendering (`dmesg --reltime`).
        case previous
    }

    /// The clock.
    public var clock: Clock
    /// Microseconds on that clock.
    public var microseconds: Int64
    /// The stamp's resolution in microseconds: 1 for `12.345678`, 1_000 for `12.345`, 1_000_000 for whole seconds.
    public var resolution: Int64

    /// A moment on a clock.
    public init(clock: Clock, microseconds: Int64, resolution: Int64 = 1) {
        self.clock = clock
        self.microseconds = microseconds
        self.resolution = resolution
    }
}
