/// An event of a ring buffer page.
struct RingBufferEvent {
    /// The number of its format.
    var id: Int
    /// Where its header begins in the page.
    var start: Int
    /// Where its bytes are in the page.
    var payload: Range<Int>
    /// Its stamp, in the units of the trace's clock.
    var time: UInt64
    /// True if it comes directly after the event that was given before.
    var isAdjacent = false
}

/// A walk over the events of one ring buffer page, in order.
///
/// An event begins with a word of 32 bits: a type or length of 5 bits, and the time since the event before.
struct RingBufferWalk {
    // Types above 28, the longest length that the word itself gives (in words of 4 bytes).
    private static let longest: UInt32 = 28
    private static let padding: UInt32 = 29
    private static let timeExtend: UInt32 = 30
    private static let timeStamp: UInt32 = 31

    private static let timeBits: UInt64 = 27
    /// An absolute stamp has 59 bits; the others are those of the stamp before.
    private static let stampBits: UInt64 = (1 << 59) - 1

    /// Where the next event begins, and where the page's events end.
    private(set) var position: Int
    let end: Int
    private(set) var time: UInt64
    /// What contradicts the format at the position; then the walk has ended.
    private(set) var damage: String?

    /// Walks `page[start..<end]`.
    init(from start: Int, to end: Int, time: UInt64) {
        position = start
        self.end = max(start, end)
        self.time = time
    }

    /// The next event whose number is marked with anything but 0.
    ///
    /// `page` must have `end` bytes, and `marks` one for each number of 16 bits. Every load below is of `page[at..<at + size]`
    /// with `0 <= at` and `at + size <= end`: `position` only grows, by what a guard has compared with `end - position`
    /// (never by a sum that could overflow: lengths have 32 bits).
    mutating func next(
        in page: UnsafeRawPointer, isBigEndian: Bool, marks: UnsafePointer<UInt8>
    ) -> RingBufferEvent? {
        while end - position >= 4 {
            let start = position
            let word = Self.load(page, start, UInt32.self, isBigEndian)
            let type = isBigEndian ? word >> 27 : word & 31
            let delta = UInt64(isBigEndian ? word & 0x07FF_FFFF : word >> 5)
            let payload: Int
            let next: Int
            if type &- 1 < Self.longest {
                payload = start + 4
                next = payload + 4 * Int(type)
                guard next <= end else { return fail("an event of \(4 * type) bytes goes beyond the page's end") }
            } else if type == Self.padding, delta == 0 {
                // The rest of the page is empty.
                break
            } else {
                guard end - start >= 8 else { return fail("the page ends within an event's header") }
                let extra = Self.load(page, start + 4, UInt32.self, isBigEndian)
                if type == Self.timeExtend {
                    time &+= UInt64(extra) << Self.timeBits &+ delta
                    position = start + 8
                    continue
                } else if type == Self.timeStamp {
                    pass(stamp: UInt64(extra) << Self.timeBits &+ delta)
                    position = start + 8
                    continue
                }
                // The length counts itself.
                let length = (Int(extra) + 3) & ~3
                guard extra >= 4, length <= end - start - 4 else {
                    return fail("an event of \(extra) bytes goes beyond the page's end")
                }
                next = start + 4 + length
                payload = start + 8
                if type == Self.padding {
                    // An event that was discarded.
                    time &+= delta
                    position = next
                    continue
                }
            }
            time &+= delta
            position = next
            guard next - payload >= 2 else { continue }
            let id = Int(Self.load(page, payload, UInt16.self, isBigEndian))
            if marks[id] != 0 {
                return RingBufferEvent(id: id, start: start, payload: payload..<next, time: time)
            }
        }
        position = end
        return nil
    }

    private mutating func pass(stamp: UInt64) {
        var stamp = stamp & Self.stampBits | time & ~Self.stampBits
        if stamp < time { stamp &+= Self.stampBits + 1 }
        time = stamp
    }

    @inline(never)
    private mutating func fail(_ cause: String) -> RingBufferEvent? {
        damage = cause
        return nil
    }

    @inline(__always)
    private static func load<T: FixedWidthInteger>(
        _ page: UnsafeRawPointer, _ offset: Int, _ type: T.Type, _ isBigEndian: Bool
    ) -> T {
        let value = page.loadUnaligned(fromByteOffset: offset, as: type)
        return isBigEndian ? T(bigEndian: value) : T(littleEndian: value)
    }
}
