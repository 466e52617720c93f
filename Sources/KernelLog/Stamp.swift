/// A stamp in brackets, as printk and dmesg write it.
struct Stamp {
    var time: LogTime
    /// The position behind the closing bracket.
    var end: Int
    /// True if a terminal program wrote the stamp: the kernel's own may follow.
    var isTerminals = false

    /// Recognises at `start`:
    ///
    ///     [   12.345678]                  since boot; any padding, three fractional digits or more
    ///     [   12.345678 <    0.000823>]   dmesg --show-delta: the first number counts
    ///     [<    0.000823>]                the same without a stamp: since the previous record
    ///     [  +0.000823]                   dmesg --reltime: since the previous record
    ///     [Nov21 05:35]                   dmesg --reltime, the first record of a minute
    ///     [Sat Nov 21 03:12:39 2026]      dmesg --ctime, with or without a delta
    ///     [03:12:39.668] [2026-11-21 03:12:39]  a terminal program's clock
    init?(in bytes: Span<UInt8>, at start: Int) {
        var position = start
        guard bytes.skip(UInt8(ascii: "["), &position) else { return nil }
        let time: LogTime?
        if bytes.byte(position).isUppercase {
            time = Stamp.date(in: bytes, &position)
        } else {
            let seconds = Stamp.seconds(in: bytes, &position)
            isTerminals = seconds == nil
            time = seconds ?? Stamp.wallClock(in: bytes, &position)
        }
        guard let time else { return nil }
        Stamp.skipDelta(in: bytes, &position)
        guard bytes.skip(UInt8(ascii: "]"), &position) else { return nil }
        self.time = time
        end = position
    }

    private static func wallClock(in bytes: Span<UInt8>, _ position: inout Int) -> LogTime? {
        var end = position
        if let date = Calendar.isoDate(in: bytes, &end) {
            position = end
            return date
        }
        return Calendar.timeOfDay(in: bytes, &position)
    }

    private static func seconds(in bytes: Span<UInt8>, _ start: inout Int) -> LogTime? {
        var position = start
        bytes.skipBlanks(&position)
        let isRelative = bytes.skip(UInt8(ascii: "+"), &position)
        var clock = isRelative ? LogTime.Clock.previous : .boot
        let isDelta = bytes.skip(UInt8(ascii: "<"), &position)
        if isDelta {
            clock = .previous
            bytes.skipBlanks(&position)
        }
        guard let seconds = Seconds.parse(in: bytes, &position) else { return nil }
        if isDelta, !bytes.skip(UInt8(ascii: ">"), &position) { return nil }
        start = position
        return LogTime(clock: clock, microseconds: seconds.microseconds, resolution: seconds.resolution)
    }

    private static func skipDelta(in bytes: Span<UInt8>, _ position: inout Int) {
        var end = position
        guard bytes.skipBlanks(&end) > 0, bytes.skip(UInt8(ascii: "<"), &end) else { return }
        bytes.skipBlanks(&end)
        if Seconds.parse(in: bytes, &end) != nil, bytes.skip(UInt8(ascii: ">"), &end) { position = end }
    }

    private static func date(in bytes: Span<UInt8>, _ position: inout Int) -> LogTime? {
        var month = Calendar.month(in: bytes, &position)
        if month != nil { return minute(of: month, in: bytes, &position) }
        guard Calendar.weekday(in: bytes, &position), bytes.skip(UInt8(ascii: " "), &position) else { return nil }
        month = Calendar.month(in: bytes, &position)
        bytes.skipBlanks(&position)
        guard let month, let day = bytes.number(&position), day <= 31, bytes.skip(UInt8(ascii: " "), &position),
            let time = Calendar.timeOfDay(in: bytes, &position), bytes.skip(UInt8(ascii: " "), &position),
            let year = bytes.digits(4, &position),
            let moment = Calendar.microseconds(
                year: year, month: month, day: Int(day), clock: time.microseconds)
        else { return nil }
        return LogTime(clock: .calendar, microseconds: moment, resolution: time.resolution)
    }

    private static func minute(of month: Int?, in bytes: Span<UInt8>, _ position: inout Int) -> LogTime? {
        bytes.skipBlanks(&position)
        guard let month, let day = bytes.number(&position), day <= 31, bytes.skip(UInt8(ascii: " "), &position),
            let hour = bytes.digits(2, &position), bytes.skip(UInt8(ascii: ":"), &position),
            let minute = bytes.digits(2, &position), hour < 24, minute < 60,
            let moment = Calendar.microseconds(
                year: Calendar.yearIfAbsent, month: month, day: Int(day), clock: Int64(hour * 60 + minute) * 60_000_000)
        else { return nil }
        return LogTime(clock: .calendar, microseconds: moment, resolution: 60_000_000)
    }
}

extension Span where Element == UInt8 {
    /// `[  T123]` or `[    C0]` after a stamp, with or without a blank before it; moves behind it.
    func caller(_ position: inout Int) -> Range<Int>? {
        var end = position
        _ = skip(UInt8(ascii: " "), &end)
        guard skip(UInt8(ascii: "["), &end) else { return nil }
        skipBlanks(&end)
        let start = end
        guard byte(end) == UInt8(ascii: "T") || byte(end) == UInt8(ascii: "C"), byte(end + 1).isDigit else {
            return nil
        }
        end += 1
        while byte(end).isDigit { end += 1 }
        let caller = start..<end
        guard skip(UInt8(ascii: "]"), &end) else { return nil }
        position = end
        return caller
    }
}
