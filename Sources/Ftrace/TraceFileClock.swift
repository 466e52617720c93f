/// From the stamps of the ring buffer to nanoseconds of the trace's clock, as the file's options say.
struct TraceFileClock {
    private var multiplier: UInt64?
    private var shift: UInt64 = 0
    private var offset: UInt64 = 0

    init(_ options: [TraceFileOption], isBigEndian: Bool) {
        for option in options {
            switch option.known {
            // Microseconds.
            case .date: offset &+= Self.number(option.text) &* 1_000
            case .timeOffset: offset &+= Self.number(option.text)
            case .stampConversion where option.bytes.count >= 16:
                let bytes = option.bytes.withUnsafeBytes { buffer in
                    let payload = RingBufferPayload(buffer, isBigEndian: isBigEndian)
                    return (
                        payload.integer(at: 0, size: 4), payload.integer(at: 4, size: 4),
                        payload.integer(at: 8, size: 8)
                    )
                }
                multiplier = bytes.0
                shift = bytes.1 ?? 0
                offset &+= bytes.2 ?? 0
            default: break
            }
        }
    }

    /// Decimal or with 0x.
    private static func number(_ text: String?) -> UInt64 {
        guard var digits = text?.drop(while: { $0 == " " }) else { return 0 }
        let isNegative = digits.first == "-"
        if isNegative { digits = digits.dropFirst() }
        let isHexadecimal = digits.hasPrefix("0x")
        if isHexadecimal { digits = digits.dropFirst(2) }
        let value = UInt64(digits.prefix { $0.isHexDigit }, radix: isHexadecimal ? 16 : 10) ?? 0
        return isNegative ? 0 &- value : value
    }

    func time(_ stamp: UInt64) -> Int64 {
        var time = stamp
        if let multiplier {
            let (high, low) = stamp.multipliedFullWidth(by: multiplier)
            time = shift < 64 ? (shift == 0 ? low : high << (64 - shift) | low >> shift) : 0
        }
        return Int64(bitPattern: time &+ offset)
    }
}
