/// Needles compiled for a fast search.
///
/// The search looks at every second position only, at the word (two neighbouring bytes) that stands there. Wherever a needle
/// begins, either its words at even indices are looked at, or those at odd indices:
///
///     looked at   |..|..|..|..|..|        |..|..|..|..|..|
///     text         x  pa tc h   x          x px at ch  x
///     "patch"         pa tc     even          at ch     odd
///
/// So each needle marks one word of either kind in a table of all 65,536: the one that is rarest in a sample of the text.
/// The loop is two loads a word, however many needles there are; only a marked word is compared with the needles
/// that marked it.
struct NeedleTable {
    /// For each word: 0, or the bucket of the needles that marked it.
    private var table = [UInt8](repeating: 0, count: 65_536)
    /// The bucket 0 stays empty: it stands for a word that is not marked.
    private var buckets: [[Occurrence]] = [[]]
    /// All needles, one behind the other.
    private var needleBytes: [UInt8] = []

    /// A needle, as a part of `needleBytes`, and the index in it of the marked word: -1 if the word's second byte is the
    /// needle's first.
    private struct Occurrence {
        var start: Int
        var count: Int
        var index: Int
    }

    /// Compiles needles, none of them empty, for texts like the sample.
    init(needles: [[UInt8]], sample: UnsafeBufferPointer<UInt8>) {
        var commonness = [UInt32](repeating: 0, count: 65_536)
        for (first, second) in zip(sample, sample.dropFirst()) { commonness[Self.word(first, second)] += 1 }
        for needle in needles { add(needle, commonness) }
    }

    private mutating func add(_ needle: [UInt8], _ commonness: [UInt32]) {
        let start = needleBytes.count
        needleBytes += needle
        for parity in 0...1 {
            let words = stride(from: parity, to: needle.count - 1, by: 2).map { index in
                (index: index, word: Self.word(needle[index], needle[index + 1]))
            }
            // A word that is marked already costs no more.
            let cheapest = words.min { left, right in
                (table[left.word] == 0 ? commonness[left.word] : 0) < (table[right.word] == 0 ? commonness[right.word] : 0)
            }
            if let cheapest {
                mark(cheapest.word, Occurrence(start: start, count: needle.count, index: cheapest.index))
            } else {
                // The needle is too short for a whole word here: every word is marked that holds half of one.
                for other in UInt8.min...UInt8.max {
                    let word = parity == 0 ? Self.word(needle[0], other) : Self.word(other, needle[0])
                    mark(word, Occurrence(start: start, count: needle.count, index: -parity))
                }
            }
        }
    }

    private mutating func mark(_ word: Int, _ occurrence: Occurrence) {
        if table[word] == 0 {
            // Words beyond the 254th share the last bucket. It is only slower: needles are compared in full.
            table[word] = UInt8(clamping: buckets.count)
            if buckets.count <= UInt8.max { buckets.append([]) }
        }
        buckets[Int(table[word])].append(occurrence)
    }

    private static func word(_ first: UInt8, _ second: UInt8) -> Int {
        Int(first) | Int(second) << 8
    }
}

// MARK: - Searching

extension NeedleTable {
    /// How many words are looked up before their marks are tested together.
    private static let wordsPerBlock = 8

    /// The bytes behind the end of a search that must be allocated. What they hold does not matter.
    static let overread = 2 * wordsPerBlock

    /// The first byte of a needle that lies wholly in `start..<end`, in the first line of that range that holds one.
    ///
    /// Reads `base[start..<end + overread]`.
    func firstHit(in base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
        table.withUnsafeBufferPointer { table in
            guard let table = table.baseAddress else { return nil }
            var position = start
            while position < end {
                if anyMark(table, base + position) {
                    for place in stride(from: position, to: position + 2 * Self.wordsPerBlock, by: 2) {
                        let bucket = mark(table, base + place)
                        guard bucket != 0 else { continue }
                        if let hit = verify(bucket, at: place, in: base, from: start, to: end) { return hit }
                    }
                }
                position += 2 * Self.wordsPerBlock
            }
            return nil
        }
    }

    @inline(__always)
    private func anyMark(_ table: UnsafePointer<UInt8>, _ text: UnsafePointer<UInt8>) -> Bool {
        let low = mark(table, text) | mark(table, text + 2) | mark(table, text + 4) | mark(table, text + 6)
        let high = mark(table, text + 8) | mark(table, text + 10) | mark(table, text + 12) | mark(table, text + 14)
        return low | high != 0
    }

    /// The table has an entry for every value of a word, so this is never out of its bounds.
    @inline(__always)
    private func mark(_ table: UnsafePointer<UInt8>, _ text: UnsafePointer<UInt8>) -> UInt8 {
        table[Int(UInt16(littleEndian: UnsafeRawPointer(text).loadUnaligned(as: UInt16.self)))]
    }

    /// Compares the needles of a bucket with the text around a marked word.
    private func verify(
        _ bucket: UInt8, at place: Int, in base: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int? {
        for occurrence in buckets[Int(bucket)] {
            let first = place - occurrence.index
            guard first >= start, occurrence.count <= end - first else { continue }
            var matching = 0
            while matching < occurrence.count, needleBytes[occurrence.start + matching] == base[first + matching] {
                matching += 1
            }
            if matching == occurrence.count { return first }
        }
        return nil
    }
}
