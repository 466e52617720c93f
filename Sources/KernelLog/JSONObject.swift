/// One JSON object, as far as it can be read.
///
/// dmesg and journalctl write objects without nesting; deeper values are passed over. Strings may hold raw control
/// bytes and bytes that are no UTF-8, as util-linux writes them.
struct JSONObject {
    enum Value {
        case text([UInt8])
        /// A number, or another bare word, as it is written.
        case bare([UInt8])
        /// An array of numbers: journalctl's way to write a field that is no text.
        case bytes([UInt8])
        case other
    }

    private(set) var fields: [(key: [UInt8], value: Value)] = []
    /// False if the object ends early or is no JSON from some point on; the fields before stand.
    private(set) var isWhole = false

    /// Reads the object that begins at `start` with its brace.
    init(in bytes: Span<UInt8>, at start: Int) {
        var reader = JSONReader(position: start)
        isWhole = reader.readObject(bytes) { key, value in fields.append((key, value)) }
    }

    /// The first field of a name.
    subscript(_ name: String) -> Value? {
        fields.first { $0.key.elementsEqual(name.utf8) }?.value
    }

    /// A field's text, whether it is written as a string, as a number, or as an array of bytes.
    func bytes(_ name: String) -> [UInt8]? {
        switch self[name] {
        case .text(let bytes), .bare(let bytes), .bytes(let bytes): bytes
        case .other, nil: nil
        }
    }
}

/// Reads JSON from bytes; stops, and says so, where it is none.
private struct JSONReader {
    var position: Int

    mutating func readObject(_ bytes: Span<UInt8>, field: ([UInt8], JSONObject.Value) -> Void) -> Bool {
        guard bytes.skip(UInt8(ascii: "{"), &position) else { return false }
        skipSpace(bytes)
        if bytes.skip(UInt8(ascii: "}"), &position) { return true }
        while true {
            skipSpace(bytes)
            guard let key = readString(bytes) else { return false }
            skipSpace(bytes)
            guard bytes.skip(UInt8(ascii: ":"), &position) else { return false }
            skipSpace(bytes)
            guard let value = readValue(bytes) else { return false }
            field(key, value)
            skipSpace(bytes)
            if bytes.skip(UInt8(ascii: "}"), &position) { return true }
            guard bytes.skip(UInt8(ascii: ","), &position) else { return false }
        }
    }

    private mutating func skipSpace(_ bytes: Span<UInt8>) {
        while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
    }

    private mutating func readValue(_ bytes: Span<UInt8>) -> JSONObject.Value? {
        switch bytes.byte(position) {
        case UInt8(ascii: "\""): return readString(bytes).map { .text($0) }
        case UInt8(ascii: "["):
            let start = position
            if let numbers = readNumbers(bytes) { return .bytes(numbers) }
            position = start
            return skipNested(bytes) ? .other : nil
        case UInt8(ascii: "{"): return skipNested(bytes) ? .other : nil
        default:
            let start = position
            while position < bytes.count, bytes[position] > 0x20, !",]}".utf8.contains(bytes[position]) {
                position += 1
            }
            // A number at the very end may go on behind it.
            return position > start && position < bytes.count ? .bare(bytes.copy(start, position)) : nil
        }
    }

    /// `[108,105]`, if all numbers are bytes.
    private mutating func readNumbers(_ bytes: Span<UInt8>) -> [UInt8]? {
        var numbers: [UInt8] = []
        position += 1
        while true {
            skipSpace(bytes)
            if numbers.isEmpty, bytes.skip(UInt8(ascii: "]"), &position) { return numbers }
            guard let number = bytes.number(&position), let byte = UInt8(exactly: number) else { return nil }
            numbers.append(byte)
            skipSpace(bytes)
            if bytes.skip(UInt8(ascii: "]"), &position) { return numbers }
            guard bytes.skip(UInt8(ascii: ","), &position) else { return nil }
        }
    }

    /// Passes over an array or object with all it holds, without recursion.
    private mutating func skipNested(_ bytes: Span<UInt8>) -> Bool {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                guard readString(bytes) != nil else { return false }
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            position += 1
            if depth == 0 { return true }
        }
        return false
    }

    private mutating func readString(_ bytes: Span<UInt8>) -> [UInt8]? {
        guard bytes.skip(UInt8(ascii: "\""), &position) else { return nil }
        var text: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): readEscape(bytes, into: &text)
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func readEscape(_ bytes: Span<UInt8>, into text: inout [UInt8]) {
        let byte = bytes.byte(position)
        position += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "u"): text += Array(String(readScalar(bytes)).utf8)
        default: text.append(byte)
        }
    }

    /// The scalar of `\u263a`, or of a pair of surrogates; the replacement character if it is none.
    private mutating func readScalar(_ bytes: Span<UInt8>) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard let high = readUnit(bytes) else { return replacement }
        guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) ?? replacement }
        let behindHigh = position
        guard bytes.skip("\\u", &position), let low = readUnit(bytes), (0xDC00..<0xE000).contains(low) else {
            position = behindHigh
            return replacement
        }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? replacement
    }

    private mutating func readUnit(_ bytes: Span<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        for index in position..<(position + 4) {
            guard let digit = bytes.byte(index).hexadecimal else { return nil }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}
