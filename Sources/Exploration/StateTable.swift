/// Keys of states, each once, in the order in which they were found. Keys are compared as a whole: two states are the same only if
/// their keys are.
struct StateTable {
    /// All keys, one behind the other.
    private var words: [UInt32] = []
    /// Where each key ends.
    private var ends: [Int] = []
    private var hashes: [UInt32] = []
    /// A hash table with open addressing; 0 is free, otherwise the key's number plus 1.
    private var slots = [UInt32](repeating: 0, count: 1 << 12)

    /// How many keys there are.
    var count: Int { ends.count }

    /// Adds the key; false if it is there already.
    mutating func insert(_ key: [UInt32]) -> Bool {
        if 2 * ends.count >= slots.count { grow() }
        let hash = Self.hash(key)
        let slot = slot(of: key, hash)
        guard slots[slot] == 0 else { return false }
        words.append(contentsOf: key)
        ends.append(words.count)
        hashes.append(hash)
        slots[slot] = UInt32(ends.count)
        return true
    }

    /// True if the key is there.
    func contains(_ key: [UInt32]) -> Bool { slots[slot(of: key, Self.hash(key))] != 0 }

    /// The slot that holds the key, or that it belongs into.
    private func slot(of key: [UInt32], _ hash: UInt32) -> Int {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if hashes[number] == hash && isKey(number, key) { return slot }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func isKey(_ number: Int, _ key: [UInt32]) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        guard ends[number] - start == key.count else { return false }
        for place in key.indices where words[start + place] != key[place] { return false }
        return true
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for (number, hash) in hashes.enumerated() {
            var slot = Int(hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(number + 1)
        }
    }

    private static func hash(_ key: [UInt32]) -> UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in key { hash = (hash ^ UInt64(word)) &* 0x0000_0100_0000_01B3 }
        hash ^= hash >> 32
        return UInt32(truncatingIfNeeded: hash &* 0x9E37_79B9_7F4A_7C15 >> 16)
    }
}
