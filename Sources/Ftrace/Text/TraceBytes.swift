import ByteScan

/// What else the reader of text traces asks of bytes.
extension Span where Element == UInt8 {
    /// True if the text stands at a position.
    func has(_ text: StaticString, at position: Int) -> Bool {
        guard position >= 0, text.utf8CodeUnitCount <= count - position else { return false }
        return text.withUTF8Buffer { text in
            for index in 0..<text.count where self[position + index] != text[index] { return false }
            return true
        }
    }

    /// Moves over a text, if it stands here.
    func skip(_ text: StaticString, _ position: inout Int) -> Bool {
        guard has(text, at: position) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    /// Moves over a byte, if it stands here.
    @inline(__always)
    func skip(byte wanted: Unicode.Scalar, _ position: inout Int) -> Bool {
        guard byte(position) == UInt8(ascii: wanted) else { return false }
        position += 1
        return true
    }

    /// Moves back over blanks that end at a position and returns their number.
    @discardableResult
    @inline(__always)
    func skipBlanksBack(_ position: inout Int) -> Int {
        let end = position
        while byte(position - 1).isBlank { position -= 1 }
        return end - position
    }

    /// Moves over decimal digits and returns their value; nil without digits or above Int64.
    @inline(__always)
    func integer(_ position: inout Int) -> Int? {
        let start = position
        var value = 0
        while byte(position).isDigit {
            // 18 digits always fit.
            if position - start >= 18 {
                position = start
                let long: UInt64? = number(&position)
                return long.flatMap(Int.init(exactly:))
            }
            value = value &* 10 &+ Int(self[position] &- 0x30)
            position += 1
        }
        return position > start ? value : nil
    }

    /// Moves back over the decimal digits that end at a position and returns their value.
    @inline(__always)
    func integerBack(_ position: inout Int) -> Int? {
        let end = position
        while byte(position - 1).isDigit { position -= 1 }
        var start = position
        return position < end ? integer(&start) : nil
    }

    /// Moves over up to 16 hexadecimal digits and returns them as they lie in a register; nil if there are none or more.
    func hexadecimal(_ position: inout Int) -> Int64? {
        let start = position
        var value: UInt64 = 0
        while let digit = byte(position).hexadecimal {
            value = value &<< 4 | UInt64(digit)
            position += 1
        }
        return position > start && position - start <= 16 ? Int64(bitPattern: value) : nil
    }

    /// The first position of a byte at or after `start`.
    @inline(__always)
    func find(byte wanted: Unicode.Scalar, from start: Int = 0) -> Int? {
        let byte = UInt8(ascii: wanted)
        var position = Swift.max(0, start)
        while position < count {
            if self[position] == byte { return position }
            position += 1
        }
        return nil
    }

    /// The first position at or after `start` where the text stands.
    func find(_ text: StaticString, from start: Int = 0) -> Int? {
        var position = Swift.max(0, start)
        while position + text.utf8CodeUnitCount <= count {
            if has(text, at: position) { return position }
            position += 1
        }
        return nil
    }

    /// The last position at or after `start` where the text stands.
    func findLast(_ text: StaticString, from start: Int = 0) -> Int? {
        var position = count - text.utf8CodeUnitCount
        while position >= Swift.max(0, start) {
            if has(text, at: position) { return position }
            position -= 1
        }
        return nil
    }

    /// A part, without the blanks around it; clamped to what there is.
    func trimmed(_ start: Int, _ end: Int) -> Range<Int> {
        var lower = Swift.max(0, start)
        var upper = Swift.max(lower, Swift.min(end, count))
        while lower < upper, self[lower].isBlank { lower += 1 }
        while upper > lower, self[upper - 1].isBlank { upper -= 1 }
        return lower..<upper
    }

    /// A part as text: bytes that are no UTF-8 are repaired; clamped to what there is.
    func text(_ range: Range<Int>) -> String {
        let range = range.clamped(to: 0..<count)
        return extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// The text from a position on.
    func text(from start: Int) -> String {
        text(Swift.min(start, count)..<count)
    }
}

extension UInt8 {
    /// A letter, a digit or `_`.
    @inline(__always)
    var isWord: Bool { isDigit || (self | 0x20) &- 0x61 < 26 || self == 0x5F }

    /// What names of events and functions consist of: words, and what compilers add (`.part.0`, `$`).
    @inline(__always)
    var isSymbol: Bool { isWord || self == 0x2E || self == 0x24 }
}
