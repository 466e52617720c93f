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
    var count = 0
    for position in start..<end where base[position] == newline { count += 1 }
    return count
}
