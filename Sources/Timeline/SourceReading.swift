import KernelLog

/// What reading one source gave.
public struct SourceReading: Sendable {
    /// Its index in the list that the user named.
    public var index: Int
    /// Its items, in the order of the source.
    public var items: [LogItem]
    /// True if the source's framing proves neither order nor absence.
    public var isUnordered: Bool

    public init(index: Int, items: [LogItem], isUnordered: Bool = false) {
        self.index = index
        self.items = items
        self.isUnordered = isUnordered
    }
}
