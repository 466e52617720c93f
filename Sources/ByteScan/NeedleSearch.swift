// The loop over the text; what it looks for is explained at `NeedleTable`.

extension NeedleTable {
    /// How many words are looked up before their marks are tested together.
    private static let wordsPerBlock = 8
    private static let blockSize = 2 * wordsPerBlock

    /// The bytes behind the end of a search that must be allocated: a block may begin at its last byte. A needle is compared
    /// only if it begins before the end, and then eight bytes of it are loaded. What the bytes hold does not matter.
    static let overread = max(blockSize, 8)

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
