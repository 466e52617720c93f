/// A format of trace_printk(), whose arguments were recorded as they are.
struct PrintkFormat {
    private let format: [UInt8]

    init(_ format: String) {
        self.format = Array(format.utf8)
    }

    /// The formats of a trace by their addresses: lines `0xffffffff8e01c2a8 : "text %d\n"`.
    static func formats(_ text: ArraySlice<UInt8>) -> [UInt64: String] {
        var formats: [UInt64: String] = [:]
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let line = line.starts(with: "0x".utf8) ? line.dropFirst(2) : line
            guard let blank = line.firstIndex(of: UInt8(ascii: " ")),
                let address = UInt64(String(decoding: line[..<blank], as: UTF8.self), radix: 16),
                let open = line.firstIndex(of: UInt8(ascii: "\"")),
                let close = line.lastIndex(of: UInt8(ascii: "\"")), close > open
            else { continue }
            formats[address] = unescaped(line[(open + 1)..<close])
        }
        return formats
    }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var isEscaped = false
        for byte in text {
            guard isEscaped || byte != UInt8(ascii: "\\") else {
                isEscaped = true
                continue
            }
            switch (isEscaped, byte) {
            case (true, UInt8(ascii: "n")): result.append(UInt8(ascii: "\n"))
            case (true, UInt8(ascii: "t")): result.append(UInt8(ascii: "\t"))
            default: result.append(byte)
            }
            isEscaped = false
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Prints the arguments that stand in `bytes` from `start` on, each at a multiple of 4 bytes, strings byte by byte.
    ///
    /// Widths and flags are passed over: the text is for reading, not for columns.
    func text(
        _ bytes: RingBufferPayload, from start: Int, longSize: Int, symbol: (UInt64) -> String?
    ) -> String {
        var position = start
        func argument(_ size: Int, isSigned: Bool) -> Int64? {
            position = (position + 3) & ~3
            defer { position += size }
            return bytes.integer(at: position, size: size, isSigned: isSigned)
        }
        var result: [UInt8] = []
        var index = 0
        while index < format.count {
            guard format[index] == UInt8(ascii: "%") else {
                result.append(format[index])
                index += 1
                continue
            }
            var longs = 0
            index += 1
            while index < format.count, "-+ #0123456789.*lhzt".utf8.contains(format[index]) {
                if format[index] == UInt8(ascii: "l") || format[index] == UInt8(ascii: "z") { longs += 1 }
                if format[index] == UInt8(ascii: "*") { _ = argument(4, isSigned: true) }
                index += 1
            }
            guard index < format.count else { break }
            let size = longs == 0 ? 4 : longs == 1 ? longSize : 8
            let kind = format[index]
            index += 1
            let text: String?
            switch kind {
            case UInt8(ascii: "d"), UInt8(ascii: "i"): text = argument(size, isSigned: true).map { String($0) }
            case UInt8(ascii: "u"): text = argument(size, isSigned: false).map { String(UInt64(bitPattern: $0)) }
            case UInt8(ascii: "x"), UInt8(ascii: "X"):
                text = argument(size, isSigned: false).map { String(UInt64(bitPattern: $0), radix: 16) }
            case UInt8(ascii: "c"):
                text = argument(4, isSigned: false).map {
                    String(decoding: [UInt8(truncatingIfNeeded: $0)], as: UTF8.self)
                }
            case UInt8(ascii: "s"):
                let string = bytes.characters(at: position, count: bytes.count - position)
                position += string.count + 1
                text = String(decoding: string, as: UTF8.self)
            case UInt8(ascii: "p"):
                let isFunction = index < format.count && "sSfFB".utf8.contains(format[index])
                while index < format.count, (format[index] | 0x20) >= 0x61, (format[index] | 0x20) <= 0x7A {
                    index += 1
                }
                text = argument(longSize, isSigned: false).map { value in
                    let address = UInt64(bitPattern: value)
                    return (isFunction ? symbol(address) : nil) ?? "0x" + String(address, radix: 16)
                }
            case UInt8(ascii: "%"): text = "%"
            default: text = nil
            }
            result.append(contentsOf: (text ?? "?").utf8)
        }
        return String(decoding: result, as: UTF8.self)
    }
}
