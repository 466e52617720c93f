import Glibc

// All functions take positions relative to `base` with start <= end, and read only base[start..<end].

let newline = UInt8(ascii: "\n")

/// The first newline of a range.
func firstNewline(in base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
    guard let found = memchr(base + start, Int32(newline), end - start) else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
}

/// The last newline of a range.
func lastNewline(in base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
    var position = end
    while position > start {
        position -= 1
        if base[position] == newline { return position }
    }
    return nil
}

/// How many newlines a range holds.
func countNewlines(in base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
    typealias Lanes = SIMD16<UInt8>
    let pattern = Lanes(repeating: newline)
    var count = 0
    var position = start
    // A lane counts to 255 before it would overflow.
    while end - position >= Lanes.scalarCount {
        var lanes = Lanes(repeating: 0)
        for _ in 0..<min(255, (end - position) / Lanes.scalarCount) {
            let block = UnsafeRawPointer(base + position).loadUnaligned(as: Lanes.self)
            // True is all ones, that is -1.
            lanes &-= unsafeBitCast(block .== pattern, to: Lanes.self)
            position += Lanes.scalarCount
        }
        count += sum(lanes)
    }
    while position < end {
        if base[position] == newline { count += 1 }
        position += 1
    }
    return count
}

private func sum(_ lanes: SIMD16<UInt8>) -> Int {
    let low = SIMD8<UInt16>(truncatingIfNeeded: lanes.evenHalf)
    let high = SIMD8<UInt16>(truncatingIfNeeded: lanes.oddHalf)
    return Int((low &+ high).wrappedSum())
}
