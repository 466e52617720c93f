/// Where a delivered line stands, and why it was delivered.
public struct ScannedLine: Hashable, Sendable {
    /// 1-based line number.
    public var number: Int
    /// Byte offset of the line's first byte in the decompressed stream.
    public var offset: Int
    /// True if the line holds a needle (or nothing was asked for); false if it is the context of one that does.
    public var isMatch: Bool
    /// True if the line is longer than what is delivered of it.
    public var isTruncated: Bool

    /// Describes a line.
    public init(number: Int, offset: Int, isMatch: Bool, isTruncated: Bool) {
        self.number = number
        self.offset = offset
        self.isMatch = isMatch
        self.isTruncated = isTruncated
    }
}

/// What a scan went through.
public struct ScanSummary: Hashable, Sendable {
    /// Lines in the stream, delivered or not; a last line without a newline counts.
    public var lines = 0
    /// Bytes in the stream, after decompression.
    public var bytes = 0
    /// How many of the delivered lines were longer than the maximum.
    public var truncatedLines = 0
    /// Why the stream ended early, if it did. All lines before, and what there is of the last, were delivered.
    public var error: ByteSourceError?
}
