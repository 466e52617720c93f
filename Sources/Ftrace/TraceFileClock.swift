/// From the stamps of the ring buffer to nanoseconds of the trace's clock, as the file's options say and as
/// `trace-cmd report` does it: the shift to the host's clock, then the factor, then the offset.
struct TraceFileClock {
    private var multiplier: UInt64?
    private var shift: UInt64 = 0
    private var offset: UInt64 = 0
    /// What was measured of each CPU of a guest.
    private var host: TraceFileTimeShift?

    init(_ options: [TraceFileOption], isBigEndian: Bool) {
        for option in options {
            switch option.known {
            // Microseconds.
            case .date: offset &+= Self.number(option.text) &* 1_000
            case .timeOffset: offset &+= Self.number(option.text)
            case .timeShift: host = TraceFileTimeShift(option.bytes, isBigEndian: isBigEndian) ?? host
            // Eight more bytes say what the counter showed when the kernel's clock was 0: nobody adds them.
            case .stampConversion where option.bytes.count >= 16:
                let numbers = option.bytes.withUnsafeBytes { buffer in
                    let payload = RingBufferPayload(buffer, isBigEndian: isBigEndian)
                    return (payload.integer(at: 0, size: 4), payload.integer(at: 4, size: 4))
                }
                multiplier = numbers.0.flatMap { $0 == 0 ? nil : $0 }
                shift = numbers.1 ?? 0
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

    /// Nanoseconds for the stamp of an event.
    ///
    /// - Parameters:
    ///   - cpu: The CPU that recorded it.
    ///   - instance: The instance that it was recorded in. Only the top buffer is shifted to the host's clock.
    func time(_ stamp: UInt64, cpu: Int, instance: String?) -> Int64 {
        var time = stamp
        if let host, instance == nil { time = host.time(time, cpu: cpu) }
        if let multiplier {
            let (high, low) = time.multipliedFullWidth(by: multiplier)
            time = shift < 64 ? (shift == 0 ? low : high << (64 - shift) | low >> shift) : 0
        }
        return Int64(bitPattern: time &+ offset)
    }
}

extension TraceFileClock {
    /// The losses of a CPU, with nanoseconds.
    func losses(of cpu: RingBufferCPU) -> [TraceLoss] {
        cpu.loss.map { loss in
            var loss = loss
            loss.time = loss.time.map { time(UInt64(bitPattern: $0), cpu: cpu.cpu, instance: cpu.instance) }
            return loss
        }
    }
}
