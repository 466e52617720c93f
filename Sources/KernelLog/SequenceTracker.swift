/// Follows the sequence numbers of one source.
struct SequenceTracker {
    /// What a number says about the records before it.
    enum Step: Hashable {
        case next
        /// So many records are missing.
        case gap(UInt64)
        /// The number falls: another boot, or another dump of the same ring.
        case restart
        /// The number of the record before.
        case repeated
    }

    private(set) var first: UInt64?
    private var last: UInt64?

    mutating func step(to number: UInt64) -> Step {
        defer { last = number }
        guard let last else {
            first = number
            return .next
        }
        if number == last { return .repeated }
        if number < last { return .restart }
        let missing = number - last - 1
        return missing == 0 ? .next : .gap(missing)
    }
}
