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
    /// For each bucket, where in `occurrences` it starts; and one more, where the last one ends.
    private var bucketStarts: [Int] = []
    private var occurrences: [Occurrence] = []
    private let needles: [[UInt8]]

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
private struct Occurrence {
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

// MARK: - Searching

extension NeedleTable {
    /// How many words are looked up before their marks are tested together.
    private static let wordsPerBlock = 8
    private static let blockSize = 2 * wordsPerBlock

    /// The bytes behind the end of a search that must be allocated: a block may begin at its last byte, a needle at the
    /// second byte of the block's last word, and eight bytes of it are loaded. What they hold does not matter.
    static let overread = blockSize + 8

    /// How many blocks are looked at before those with a mark are compared: as many as an integer has bits.
    private static let blocksPerStrip = UInt64.bitWidth

    /// The first byte of a needle that lies wholly in `start..<end`, in the first line of that range that holds one.
    ///
    /// Reads `base[start..<end + overread]`.
    func firstHit(in base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
        var strip = start
        while strip < end {
            let blocks = min(Self.blocksPerStrip, (end - strip + Self.blockSize - 1) / Self.blockSize)
            var marked = markedBlocks(in: base + strip, count: blocks)
            while marked != 0 {
                let block = strip + marked.trailingZeroBitCount * Self.blockSize
                if let hit = compareBlock(at: block, in: base, from: start, to: end) { return hit }
                marked &= marked &- 1
            }
            strip += blocks * Self.blockSize
        }
        return nil
    }

    /// A bit for each of up to 64 blocks: whether it holds a marked word.
    ///
    /// There is no branch on the text here: in most logs marks are too frequent to be ignored and too rare to be guessed.
    private func markedBlocks(in text: UnsafePointer<UInt8>, count: Int) -> UInt64 {
        table.withUnsafeBufferPointer { table in
            guard let table = table.baseAddress else { return 0 }
            var marked: UInt64 = 0
            var block = text
            for _ in 0..<count {
                marked = marked &>> 1 | (Self.anyMark(table, block) ? 1 &<< 63 : 0)
                block += Self.blockSize
            }
            return marked >> UInt64(UInt64.bitWidth - count)
        }
    }

    private func compareBlock(at block: Int, in base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
        table.withUnsafeBufferPointer { table in
            guard let table = table.baseAddress else { return nil }
            var marks = Self.marks(table, base + block)
            while marks != 0 {
                let place = block + 2 * marks.trailingZeroBitCount
                let bucket = Self.mark(table, base + place)
                if let hit = compare(bucket, at: place, in: base, from: start, to: end) { return hit }
                marks &= marks &- 1
            }
            return nil
        }
    }

    @inline(__always)
    private static func anyMark(_ table: UnsafePointer<UInt8>, _ text: UnsafePointer<UInt8>) -> Bool {
        var any: UInt8 = 0
        for word in 0..<wordsPerBlock { any |= mark(table, text + 2 * word) }
        return any != 0
    }

    /// A bit for each word of a block, without a branch that would be guessed wrong.
    @inline(__always)
    private static func marks(_ table: UnsafePointer<UInt8>, _ text: UnsafePointer<UInt8>) -> UInt32 {
        var marks: UInt32 = 0
        for word in 0..<wordsPerBlock {
            marks |= (mark(table, text + 2 * word) == 0 ? 0 : 1) << UInt32(truncatingIfNeeded: word)
        }
        return marks
    }

    /// The table has an entry for every value of a word, so this is never out of its bounds.
    @inline(__always)
    private static func mark(_ table: UnsafePointer<UInt8>, _ text: UnsafePointer<UInt8>) -> UInt8 {
        table[Int(UInt16(littleEndian: UnsafeRawPointer(text).loadUnaligned(as: UInt16.self)))]
    }

    /// Compares the needles of a bucket with the text around a marked word.
    @inline(__always)
    private func compare(
        _ bucket: UInt8, at place: Int, in base: UnsafePointer<UInt8>, from start: Int, to end: Int
    ) -> Int? {
        for occurrence in occurrences[bucketStarts[Int(bucket)]..<bucketStarts[Int(bucket) + 1]] {
            let first = place - occurrence.index
            guard first >= start, occurrence.count <= end - first else { continue }
            let head = UInt64(littleEndian: UnsafeRawPointer(base + first).loadUnaligned(as: UInt64.self))
            guard (head ^ occurrence.head) & occurrence.headMask == 0 else { continue }
            if isEqual(needles[occurrence.needle], base + first) { return first }
        }
        return nil
    }

    /// The caller has made sure that the needle's length of text is there.
    @inline(never)
    private func isEqual(_ needle: [UInt8], _ text: UnsafePointer<UInt8>) -> Bool {
        needle.indices.allSatisfy { needle[$0] == text[$0] }
    }
}
