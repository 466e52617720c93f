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
    private(set) var table = [UInt8](repeating: 0, count: 65_536)
    /// For each bucket, where in `occurrences` it starts; and one more, where the last one ends.
    private(set) var bucketStarts: [Int] = []
    private(set) var occurrences: [Occurrence] = []
    let needles: [[UInt8]]

    /// Compiles needles, none of them empty, for texts like the sample.
    init(needles: [[UInt8]], sample: UnsafeBufferPointer<UInt8>) {
        self.needles = needles
        var commonness = [UInt32](repeating: 0, count: 65_536)
        for (first, second) in zip(sample, sample.dropFirst()) { commonness[Self.word(first, second)] += 1 }
        // The bucket 0 stays empty: it stands for a word that is not marked.
        var buckets: [[Occurrence]] = [[]]
        for needle in needles.indices { add(needle, commonness, to: &buckets) }
        for bucket in buckets {
            bucketStarts.append(occurrences.count)
            occurrences += bucket
        }
        bucketStarts.append(occurrences.count)
    }

    private mutating func add(_ number: Int, _ commonness: [UInt32], to buckets: inout [[Occurrence]]) {
        let needle = needles[number]
        for parity in 0...1 {
            let words = stride(from: parity, to: needle.count - 1, by: 2).map { index in
                (index: index, word: Self.word(needle[index], needle[index + 1]))
            }
            // A word that is marked already costs no more.
            func cost(_ word: Int) -> UInt32 { table[word] == 0 ? commonness[word] : 0 }
            if let cheapest = words.min(by: { cost($0.word) < cost($1.word) }) {
                mark(cheapest.word, Occurrence(number, of: needle, index: cheapest.index), in: &buckets)
            } else {
                // The needle is too short for a whole word here: every word is marked that holds half of one.
                for other in UInt8.min...UInt8.max {
                    let word = parity == 0 ? Self.word(needle[0], other) : Self.word(other, needle[0])
                    mark(word, Occurrence(number, of: needle, index: -parity), in: &buckets)
                }
            }
        }
    }

    private mutating func mark(_ word: Int, _ occurrence: Occurrence, in buckets: inout [[Occurrence]]) {
        if table[word] == 0 {
            // Words beyond the 255th share the last bucket. It is only slower: needles are compared in full.
            if buckets.count <= UInt8.max { buckets.append([]) }
            table[word] = UInt8(buckets.count - 1)
        }
        buckets[Int(table[word])].append(occurrence)
    }

    private static func word(_ first: UInt8, _ second: UInt8) -> Int {
        Int(first) | Int(second) << 8
    }
}

/// A needle, and the place in it of a word that it marked.
struct Occurrence {
    var needle: Int
    var count: Int
    /// The index of the word in the needle; -1 if the word's second byte is the needle's first.
    var index: Int
    /// The needle's first eight bytes; if it has fewer, the mask leaves out the rest.
    var head: UInt64 = 0
    var headMask: UInt64 = 0

    init(_ number: Int, of needle: [UInt8], index: Int) {
        self.needle = number
        self.count = needle.count
        self.index = index
        for (position, byte) in needle.prefix(8).enumerated() {
            head |= UInt64(byte) << (8 * position)
            headMask |= 0xFF << (8 * position)
        }
    }
}
