/// Keeps the last few records that hold no needle, unread, until it is clear whether one with a needle follows.
///
/// Formats whose every record must be looked at cannot leave this to the line scanner.
struct Neighbours {
    /// A record that may become context.
    struct Kept {
        var place = Place(source: 0, line: 0, offset: 0)
        var bytes: [UInt8] = []
    }

    /// Records of context before and after one with a needle.
    static let reach = 3

    private var kept: [Kept] = []
    private var used = 0
    private var owed = 0

    /// Takes a record that holds no needle. Returns true if it follows one that does, and is to be delivered at once.
    mutating func pass(_ bytes: Span<UInt8>, at place: Place) -> Bool {
        if owed > 0 {
            owed -= 1
            return true
        }
        if used == Neighbours.reach {
            // The oldest buffer becomes the newest: nothing is allocated in the long run.
            kept.append(kept.removeFirst())
        } else {
            if kept.count == used { kept.append(Kept()) }
            used += 1
        }
        kept[used - 1].place = place
        kept[used - 1].bytes.removeAll(keepingCapacity: true)
        for index in 0..<bytes.count { kept[used - 1].bytes.append(bytes[index]) }
        return false
    }

    /// A record with a needle was found: returns the kept ones, which come before it.
    mutating func hit() -> [Kept] {
        defer { used = 0 }
        owed = Neighbours.reach
        return Array(kept.prefix(used))
    }
}
