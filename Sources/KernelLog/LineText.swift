/// One physical line without what terminals and mail programs add to it.
struct LineText {
    /// The line's bytes, cleaned.
    private(set) var bytes: [UInt8] = []
    /// Length of the line before anything was taken from it but its end: what a mail program wrapped by.
    private(set) var width = 0
    /// A quoted-printable line that goes on in the next one.
    private(set) var endsSoftly = false

    /// Takes over a line: colours, NUL bytes, carriage returns and (on request) quoted-printable escapes are removed.
    mutating func assign(_ raw: Span<UInt8>, isQuotedPrintable: Bool) {
        bytes.removeAll(keepingCapacity: true)
        var end = raw.count
        while raw.byte(end - 1) == 0x0D { end -= 1 }
        var position = 0
        while position < end {
            let byte = raw[position]
            switch byte {
            case 0x1B: position = LineText.endOfEscape(in: raw, at: position)
            case 0: position += 1
            case 0x0D:
                // The terminal went back to the line's start: what follows overwrites it.
                if raw.byte(position + 1) == UInt8(ascii: "[") { bytes.removeAll(keepingCapacity: true) }
                position += 1
            default:
                bytes.append(byte)
                position += 1
            }
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        width = bytes.count
        endsSoftly = false
        if isQuotedPrintable { decodeQuotedPrintable() }
    }

    /// `ESC [ 32 m` and the like, and `ESC ] ... BEL`.
    private static func endOfEscape(in raw: Span<UInt8>, at start: Int) -> Int {
        var position = start + 1
        switch raw.byte(position) {
        case UInt8(ascii: "["):
            position += 1
            while (0x20...0x3F).contains(raw.byte(position)) { position += 1 }
            return (0x40...0x7E).contains(raw.byte(position)) ? position + 1 : position
        case UInt8(ascii: "]"):
            while position < raw.count, raw[position] != 0x07 { position += 1 }
            return position + 1
        case 0x20...0x7E: return position + 1
        default: return position
        }
    }

    /// `=3D` becomes `=`; a `=` at the end says that the line goes on.
    private mutating func decodeQuotedPrintable() {
        if bytes.last == UInt8(ascii: "="), bytes.count <= 76, bytes.dropLast().last != UInt8(ascii: "=") {
            endsSoftly = true
            bytes.removeLast()
        }
        guard bytes.contains(UInt8(ascii: "=")) else { return }
        var decoded: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "="), position + 2 < bytes.count,
                let high = bytes[position + 1].hexadecimal, let low = bytes[position + 2].hexadecimal
            {
                decoded.append(high << 4 | low)
                position += 3
            } else {
                decoded.append(bytes[position])
                position += 1
            }
        }
        bytes = decoded
    }
}

/// Where the text of a quoted or indented line begins.
struct Margin {
    /// Behind the quoting marks: columns are counted from here.
    var quoteEnd: Int
    /// Behind the indentation.
    var start: Int

    /// Moves over `> `, `>> `, `| ` and blanks.
    init(of bytes: Span<UInt8>) {
        quoteEnd = 0
        start = 0
        Margin.skipBlanks(bytes, &start)
        while start < bytes.count {
            let mark = bytes[start]
            let next = bytes.byte(start + 1)
            let isQuote = mark == UInt8(ascii: ">") || (mark == UInt8(ascii: "|") && next != mark)
            guard isQuote, next.isBlank || next == UInt8(ascii: ">") || start + 1 == bytes.count else { return }
            start += 1
            _ = bytes.skip(UInt8(ascii: " "), &start)
            quoteEnd = start
            Margin.skipBlanks(bytes, &start)
        }
    }

    /// Blanks, and the non-breaking spaces that web pages and mail programs make of them.
    static func skipBlanks(_ bytes: Span<UInt8>, _ position: inout Int) {
        while true {
            if bytes.byte(position).isBlank {
                position += 1
            } else if bytes.byte(position) == 0xC2, bytes.byte(position + 1) == 0xA0 {
                position += 2
            } else {
                return
            }
        }
    }
}
