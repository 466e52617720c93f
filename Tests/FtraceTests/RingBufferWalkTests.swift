import TestSupport
import Testing

@testable import Ftrace

@Suite("Events of a ring buffer page")
struct RingBufferWalkTests {
    /// The walk without unsafe code, as the kernel's documentation of the events reads.
    private struct PlainWalk {
        var events: [(id: Int, start: Int, payload: Range<Int>, time: UInt64)] = []
        var isDamaged = false

        init(_ page: [UInt8], from start: Int, to end: Int, time: UInt64, isBigEndian: Bool) {
            func word(_ offset: Int) -> UInt64 {
                let bytes = page[offset..<offset + 4]
                return (isBigEndian ? Array(bytes) : bytes.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
            }
            var time = time
            var position = start
            while end - position >= 4 {
                let head = word(position)
                let type = isBigEndian ? head >> 27 : head & 31
                let delta = isBigEndian ? head & ((1 << 27) - 1) : head >> 5
                var payload = position + 4
                var next = payload + 4 * Int(type)
                if type == 29 && delta == 0 { return }
                if type == 0 || type > 28 {
                    guard end - position >= 8 else {
                        isDamaged = true
                        return
                    }
                    let extra = word(position + 4)
                    if type == 30 {
                        time &+= extra << 27 + delta
                        position += 8
                        continue
                    }
                    if type == 31 {
                        let mask: UInt64 = (1 << 59) - 1
                        var stamp = (extra << 27 + delta) & mask | time & ~mask
                        if stamp < time { stamp &+= mask + 1 }
                        time = stamp
                        position += 8
                        continue
                    }
                    payload = position + 8
                    next = position + 4 + (Int(extra) + 3) / 4 * 4
                    guard extra >= 4 else {
                        isDamaged = true
                        return
                    }
                }
                guard next <= end else {
                    isDamaged = true
                    return
                }
                time &+= delta
                if type != 29, next - payload >= 2 {
                    let low = Int(page[payload + (isBigEndian ? 1 : 0)])
                    let high = Int(page[payload + (isBigEndian ? 0 : 1)])
                    events.append((high << 8 | low, position, payload..<next, time))
                }
                position = next
            }
        }
    }

    private func compare(_ page: [UInt8], from start: Int, to end: Int, time: UInt64, isBigEndian: Bool, seed: UInt64) {
        let plain = PlainWalk(page, from: start, to: end, time: time, isBigEndian: isBigEndian)
        var walk = RingBufferWalk(from: start, to: end, time: time)
        var events: [RingBufferEvent] = []
        let marks = [UInt8](repeating: 1, count: 1 << 16)
        // The page in memory of its own: the sanitizer sees a byte too much.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: end, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: page[..<end])
        marks.withUnsafeBufferPointer { marks in
            guard let base = copy.baseAddress, let marks = marks.baseAddress else { return }
            while let event = walk.next(in: base, isBigEndian: isBigEndian, marks: marks) { events.append(event) }
        }
        #expect(events.map(\.id) == plain.events.map(\.id), "seed \(seed)")
        #expect(events.map(\.start) == plain.events.map(\.start), "seed \(seed)")
        #expect(events.map(\.payload) == plain.events.map(\.payload), "seed \(seed)")
        #expect(events.map(\.time) == plain.events.map(\.time), "seed \(seed)")
        #expect((walk.damage != nil) == plain.isDamaged, "seed \(seed)")
    }

    @Test("The walk equals its plain twin on pages as the kernel writes them", arguments: [false, true])
    func kernelPages(isBigEndian: Bool) {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var page = PageBuilder(time: random.next() >> 3, isBigEndian: isBigEndian)
            while page.room > 400 {
                let delta = UInt32.random(in: 0..<(1 << 27), using: &random)
                switch Int.random(in: 0..<12, using: &random) {
                case 0: page.timeExtend(random.next() >> 8)
                case 1: page.timeStamp(random.next() >> 5)
                case 2: page.discarded(4 * Int.random(in: 1..<20, using: &random), delta: delta)
                case 3: page.event((0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }, delta: delta)
                default:
                    let payload = (0..<Int.random(in: 8..<60, using: &random)).map { _ in
                        UInt8.random(in: 0...255, using: &random)
                    }
                    page.event(payload, delta: delta, isLong: Bool.random(using: &random))
                }
            }
            if Bool.random(using: &random) { page.padding() }
            compare(page.page(), from: 16, to: 4_096 - page.room, time: 7, isBigEndian: isBigEndian, seed: seed)
            // Cut anywhere.
            let end = Int.random(in: 16..<4_096, using: &random)
            compare(page.page(), from: 16, to: end, time: random.next(), isBigEndian: isBigEndian, seed: seed)
        }
    }

    @Test("The walk equals its plain twin on any bytes", arguments: [false, true])
    func anyBytes(isBigEndian: Bool) {
        for seed in 0..<3_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let most: UInt8 = Bool.random(using: &random) ? 255 : 31
            let page = (0..<Int.random(in: 16..<600, using: &random)).map { _ in
                UInt8.random(in: 0...most, using: &random)
            }
            compare(page, from: 16, to: page.count, time: random.next(), isBigEndian: isBigEndian, seed: seed)
        }
    }

    @Test("Events that are not marked are passed, and their time counts")
    func marks() {
        var page = PageBuilder(time: 100)
        page.event([1, 0, 0, 0], delta: 5)
        page.event([2, 0, 0, 0], delta: 6)
        page.discarded(16, delta: 7)
        page.event([1, 0, 0, 0], delta: 8)
        var marks = [UInt8](repeating: 0, count: 1 << 16)
        marks[1] = 1
        var times: [UInt64] = []
        var walk = RingBufferWalk(from: 16, to: 4_096 - page.room, time: 100)
        page.page().withUnsafeBytes { bytes in
            marks.withUnsafeBufferPointer { marks in
                guard let base = bytes.baseAddress, let marks = marks.baseAddress else { return }
                while let event = walk.next(in: base, isBigEndian: false, marks: marks) { times.append(event.time) }
            }
        }
        #expect(times == [105, 126])
    }
}
