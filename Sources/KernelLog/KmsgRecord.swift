/// The head of a record of `/dev/kmsg` (msg_print_ext_header): `6,1234,5678,-,caller=T1;`.
struct KmsgHead {
    var priority: UInt64
    var sequence: UInt64
    var microseconds: UInt64
    var caller: Range<Int>?
    /// Where this fragment's text belongs in the record, and how long that is (netconsole: `ncfrag=0/1000`).
    var fragment: (offset: Int, length: Int)?
    /// Where the text begins.
    var textStart: Int

    init?(in bytes: Span<UInt8>) {
        var position = 0
        let comma = UInt8(ascii: ",")
        guard let priority = bytes.number(&position), bytes.skip(comma, &position),
            let sequence = bytes.number(&position), bytes.skip(comma, &position),
            let microseconds = bytes.number(&position), bytes.skip(comma, &position)
        else { return nil }
        self.priority = priority
        self.sequence = sequence
        self.microseconds = microseconds
        textStart = 0
        // The flags (`-`, `c` or `+`), then fields; later kernels may add some.
        while bytes.byte(position) != UInt8(ascii: ";") {
            guard position < bytes.count else { return nil }
            let start = position
            while position < bytes.count, bytes[position] != comma, bytes[position] != UInt8(ascii: ";") {
                position += 1
            }
            readField(bytes, start..<position)
            _ = bytes.skip(comma, &position)
        }
        textStart = position + 1
    }

    private mutating func readField(_ bytes: Span<UInt8>, _ field: Range<Int>) {
        // Most records have nothing here but a dash.
        guard field.count > 7 else { return }
        var position = field.lowerBound
        if bytes.skip("caller=", &position) {
            caller = position..<max(position, field.upperBound)
        } else if bytes.skip("ncfrag=", &position) {
            guard let offset = bytes.number(&position), bytes.skip(UInt8(ascii: "/"), &position),
                let length = bytes.number(&position), offset <= length, length <= 1 << 20
            else { return }
            fragment = (Int(offset), Int(length))
        }
    }

    /// The record, once it is clear that somebody wants it.
    func record(in bytes: Span<UInt8>, text: [UInt8], place: Place) -> LogRecord {
        LogRecord(
            place: place, time: time, level: UInt8(priority & 7), facility: UInt8(exactly: priority >> 3),
            caller: caller.map { String(decoding: bytes.copy($0.lowerBound, $0.upperBound), as: UTF8.self) },
            sequence: sequence, message: String(kernelText: text))
    }

    var time: LogTime? {
        Int64(exactly: microseconds).map { LogTime(clock: .boot, microseconds: $0) }
    }

    /// Undoes `\x0a` and its like.
    static func unescape(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "\\")) else { return bytes }
        var text: [UInt8] = []
        var position = 0
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "\\"), position + 3 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "x"),
                let high = bytes[position + 2].hexadecimal, let low = bytes[position + 3].hexadecimal
            {
                text.append(high << 4 | low)
                position += 4
            } else {
                text.append(bytes[position])
                position += 1
            }
        }
        return text
    }
}
