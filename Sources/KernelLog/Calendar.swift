/// Dates as log daemons and `dmesg -T` write them, as microseconds since 1970-01-01.
///
/// A rendering that names no zone is taken as UTC. One that names no year gets `yearIfAbsent`: such stamps compare
/// with each other, not with real dates.
enum Calendar {
    /// A leap year, so that every date of every year exists in it.
    static let yearIfAbsent = 1972

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    /// Microseconds of a moment; nil if a part is out of its range.
    static func microseconds(year: Int, month: Int, day: Int, clock: Int64) -> Int64? {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        // Days since 1970-01-01 in the Gregorian calendar; years are counted from March, so that a leap day ends one.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468) * 86_400_000_000 + clock
    }

    /// `Jan`, as 1 to 12.
    static func month(in bytes: Span<UInt8>, _ position: inout Int) -> Int? {
        for (index, name) in months.enumerated() where bytes.skip(name, &position) { return index + 1 }
        return nil
    }

    /// `Mon`.
    static func weekday(in bytes: Span<UInt8>, _ position: inout Int) -> Bool {
        for name in weekdays where bytes.skip(name, &position) { return true }
        return false
    }

    /// `08:28:47`, with a fraction if there is one, since midnight.
    static func timeOfDay(in bytes: Span<UInt8>, _ position: inout Int) -> LogTime? {
        guard let hour = bytes.digits(2, &position), bytes.skip(UInt8(ascii: ":"), &position),
            let minute = bytes.digits(2, &position), bytes.skip(UInt8(ascii: ":"), &position),
            let second = bytes.digits(2, &position), hour < 24, minute < 60, second <= 60
        else { return nil }
        var time = LogTime(
            clock: .midnight, microseconds: Int64((hour * 60 + minute) * 60 + second) * 1_000_000,
            resolution: 1_000_000)
        let mark = bytes.byte(position)
        if mark == UInt8(ascii: ".") || mark == UInt8(ascii: ","), bytes.byte(position + 1).isDigit {
            position += 1
            let fraction = Seconds.fraction(in: bytes, &position)
            time.microseconds += fraction.microseconds
            time.resolution = fraction.resolution
        }
        return time
    }

    /// `2026-11-21T03:22:25.260715+00:00`, with a blank for the `T`, a comma for the point, and any zone or none.
    static func isoDate(in bytes: Span<UInt8>, _ position: inout Int) -> LogTime? {
        guard let year = bytes.digits(4, &position), bytes.skip(UInt8(ascii: "-"), &position),
            let month = bytes.digits(2, &position), bytes.skip(UInt8(ascii: "-"), &position),
            let day = bytes.digits(2, &position)
        else { return nil }
        guard bytes.skip(UInt8(ascii: "T"), &position) || bytes.skip(UInt8(ascii: " "), &position),
            var time = timeOfDay(in: bytes, &position)
        else { return nil }
        let offset = zone(in: bytes, &position)
        guard let moment = microseconds(year: year, month: month, day: day, clock: time.microseconds) else {
            return nil
        }
        time.clock = .calendar
        time.microseconds = moment - offset
        return time
    }

    /// `Jan 20 08:28:47`.
    static func syslogDate(in bytes: Span<UInt8>, _ position: inout Int) -> LogTime? {
        guard let month = month(in: bytes, &position), bytes.skip(UInt8(ascii: " "), &position) else { return nil }
        bytes.skipBlanks(&position)
        guard let day = bytes.number(&position), day <= 31, bytes.skip(UInt8(ascii: " "), &position),
            var time = timeOfDay(in: bytes, &position),
            let moment = microseconds(year: yearIfAbsent, month: month, day: Int(day), clock: time.microseconds)
        else { return nil }
        time.clock = .calendar
        time.microseconds = moment
        return time
    }

    /// `Z`, `+00:00`, `+0000` or ` UTC`, in microseconds east of Greenwich.
    private static func zone(in bytes: Span<UInt8>, _ position: inout Int) -> Int64 {
        if bytes.skip(UInt8(ascii: "Z"), &position) { return 0 }
        let sign = bytes.byte(position)
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return 0 }
        var end = position + 1
        guard let hours = bytes.digits(2, &end) else { return 0 }
        _ = bytes.skip(UInt8(ascii: ":"), &end)
        let minutes = bytes.digits(2, &end) ?? 0
        position = end
        let offset = Int64(hours * 60 + minutes) * 60_000_000
        return sign == UInt8(ascii: "-") ? -offset : offset
    }
}

/// Decimal seconds.
enum Seconds {
    /// `12.345678`, as printk writes it, in microseconds.
    ///
    /// Three digits at least must follow the point, so that a version number in brackets is no stamp.
    static func parse(in bytes: Span<UInt8>, _ position: inout Int) -> (microseconds: Int64, resolution: Int64)? {
        guard let whole = bytes.number(&position), whole < 1_000_000_000_000,
            bytes.skip(UInt8(ascii: "."), &position)
        else { return nil }
        let start = position
        let fraction = fraction(in: bytes, &position)
        guard position - start >= 3, position - start <= 9 else { return nil }
        return (Int64(whole) * 1_000_000 + fraction.microseconds, fraction.resolution)
    }

    /// The digits after the point; what is finer than a microsecond is cut off.
    static func fraction(in bytes: Span<UInt8>, _ position: inout Int) -> (microseconds: Int64, resolution: Int64) {
        var microseconds: Int64 = 0
        var resolution: Int64 = 1_000_000
        while bytes.byte(position).isDigit {
            if resolution > 1 {
                resolution /= 10
                microseconds += Int64(bytes.byte(position) - 0x30) * resolution
            }
            position += 1
        }
        return (microseconds, resolution)
    }
}
