/// A record whose end is not known yet: the next line may belong to it.
struct PendingRecord {
    let place: Place
    let isFramed: Bool
    var prefix: LinePrefix?
    var caller: [UInt8]?
    var bootID: String?
    /// Column of the message, behind quoting marks: dmesg indents the further lines of a message to it.
    var column = 0
    /// The record is what a test expected, not what the kernel printed.
    var isExpectation = false
    /// A quoted-printable line break ended the last line.
    var endsSoftly = false
    private(set) var message: [UInt8] = []
    /// Number and length of the last line taken.
    private(set) var lastLine: Int
    private(set) var width: Int

    init(place: Place, width: Int, isFramed: Bool) {
        self.place = place
        self.isFramed = isFramed
        self.width = width
        lastLine = place.line
    }

    /// The narrowest column that a continuation can be indented to: that of `[    0.000000] `, less its padding.
    private static let narrowestColumn = 8

    mutating func append(_ bytes: Span<UInt8>, from start: Int) {
        message.reserveCapacity(message.count + bytes.count - min(start, bytes.count))
        for index in min(start, bytes.count)..<bytes.count { message.append(bytes[index]) }
    }

    /// Takes a line without a prefix if it goes on with this record, and says whether it did.
    mutating func continues(with line: Span<UInt8>, margin: Margin, habits: TextHabits) -> Bool {
        if endsSoftly {
            append(line, from: 0)
            return true
        }
        guard isFramed else { return false }
        if column >= PendingRecord.narrowestColumn, margin.start - margin.quoteEnd >= column,
            PendingRecord.isBlank(line, margin.quoteEnd..<(margin.quoteEnd + column))
        {
            message.append(0x0A)
            append(line, from: margin.quoteEnd + column)
            return true
        }
        let rest = line.extracting(margin.start..<line.count)
        guard LineWrap.joins(message.span, width: width, rest: rest, habits: habits) else { return false }
        if message.last?.isBlank == false { message.append(0x20) }
        append(rest, from: 0)
        return true
    }

    private static func isBlank(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.allSatisfy { line.byte($0) == 0x20 }
    }

    mutating func extend(to line: Int, width: Int) {
        lastLine = line
        self.width = width
    }

    /// The finished record.
    var record: LogRecord {
        LogRecord(
            place: place, time: prefix?.time, level: prefix?.level, facility: prefix?.facility,
            caller: caller.map { String(decoding: $0, as: UTF8.self) }, bootID: bootID,
            message: String(kernelText: message),
            isFramed: isFramed)
    }
}
