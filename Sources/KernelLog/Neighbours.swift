/// Keeps the last few records that hold no needle, unread, until it is clear whether one with a needle follows.
///
/// Formats whose every record must be looked at cannot leave this to the line scanner.
struct Neighbours {
    /// A record that may become context.
    struct Kept {
        fileprivate(set) var place = Place(source: 0, line: 0, offset: 0)
        /// Room for this record, and for the longer ones that were kept here before.
        private var room: [UInt8] = []
        private var count = 0

        var bytes: [UInt8] { Array(room.prefix(count)) }

        fileprivate mutating func assign(_ bytes: Span<UInt8>, at place: Place) {
            self.place = place
            count = bytes.count
            if room.count < count { room = [UInt8](repeating: 0, count: 2 * count) }
            var target = room.mutableSpan
            for index in 0..<bytes.count { target[index] = bytes[index] }
        }
    }

    /// Records of context before and after one with a needle.
    static let reach = 2

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
            for index in 1..<Neighbours.reach { kept.swapAt(index - 1, index) }
        } else {
            if kept.count == used { kept.append(Kept()) }
            used += 1
        }
        kept[used - 1].assign(bytes, at: place)
        return false
    }

    /// A record with a needle was found: returns the kept ones, which come before it.
    mutating func hit() -> [Kept] {
        defer { used = 0 }
        owed = Neighbours.reach
        return Array(kept.prefix(used))
    }
}
