import ByteScan

/// What else a parser of logs asks of bytes.
extension Span where Element == UInt8 {
    /// True if the text stands at a position.
    func has(_ text: String, at position: Int) -> Bool {
        var index = position
        for byte in text.utf8 {
            if self.byte(index) != byte { return false }
            index += 1
        }
        return true
    }

    /// Moves over a text, if it stands here.
    func skip(_ text: String, _ position: inout Int) -> Bool {
        guard has(text, at: position) else { return false }
        position += text.utf8.count
        return true
    }

    /// Moves over a byte, if it stands here.
    func skip(_ byte: UInt8, _ position: inout Int) -> Bool {
        guard position < count, self[position] == byte else { return false }
        position += 1
        return true
    }

    /// Moves over a run of bytes that are neither blank nor the end, and returns it.
    func word(_ position: inout Int) -> Range<Int> {
        let start = position
        while position < count, !self[position].isBlank { position += 1 }
        return start..<position
    }

    /// Exactly so many digits.
    func digits(_ width: Int, _ position: inout Int) -> Int? {
        var value = 0
        for index in position..<(position + width) {
            guard byte(index).isDigit else { return nil }
            value = value * 10 + Int(self[index] - 0x30)
        }
        position += width
        return value
    }

    /// The first position at or after `start` where the text stands.
    func find(_ text: String, from start: Int = 0) -> Int? {
        guard let first = text.utf8.first else { return nil }
        var position = max(0, start)
        while position < count {
            if self[position] == first, has(text, at: position) { return position }
            position += 1
        }
        return nil
    }

    /// A copy of a part, which is clamped to what there is.
    func copy(_ start: Int, _ end: Int? = nil) -> [UInt8] {
        let upper = Swift.min(end ?? count, count)
        var copy: [UInt8] = []
        guard start >= 0, start < upper else { return copy }
        copy.reserveCapacity(upper - start)
        for index in start..<upper { copy.append(self[index]) }
        return copy
    }
}

extension UInt8 {
    var isUppercase: Bool { self >= 0x41 && self <= 0x5A }
    var isLetter: Bool { isUppercase || (self >= 0x61 && self <= 0x7A) }
}

extension String {
    /// Text of the kernel: NUL bytes are dropped, bytes that are no UTF-8 repaired.
    init(kernelText bytes: [UInt8]) {
        self.init(decoding: bytes.contains(0) ? bytes.filter { $0 != 0 } : bytes, as: UTF8.self)
    }
}
