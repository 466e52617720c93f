/// The fields of a journal entry that make a record.
struct JournalEntry {
    private var message: [UInt8]?
    private var transport: [UInt8]?
    private var identifier: [UInt8]?
    private var process: [UInt8]?
    private var bootID: [UInt8]?
    private var priority: UInt64?
    private var facility: UInt64?
    private var sourceTime: UInt64?
    private var monotonicTime: UInt64?
    private var realTime: UInt64?
    /// The fields that this type keeps. Others need not be offered.
    static let fields = [
        "MESSAGE", "_TRANSPORT", "SYSLOG_IDENTIFIER", "SYSLOG_PID", "_BOOT_ID", "PRIORITY", "SYSLOG_FACILITY",
        "_SOURCE_MONOTONIC_TIMESTAMP", "__MONOTONIC_TIMESTAMP", "__REALTIME_TIMESTAMP",
    ]

    init() {}

    /// Takes over the fields of an object that journalctl wrote.
    init(_ object: JSONObject) {
        for field in object.fields {
            switch field.value {
            case .text(let value), .bare(let value), .bytes(let value): set(field.key.span, to: value)
            case .other: break
            }
        }
    }

    /// Takes a field; a name that is not kept is passed over.
    mutating func set(_ name: Span<UInt8>, to value: [UInt8]) {
        guard let field = JournalEntry.fields.first(where: { $0.utf8.count == name.count && name.has($0, at: 0) })
        else {
            return
        }
        var position = 0
        switch field {
        case "MESSAGE": message = value
        case "_TRANSPORT": transport = value
        case "SYSLOG_IDENTIFIER": identifier = value
        case "SYSLOG_PID": process = value
        case "_BOOT_ID": bootID = value
        case "PRIORITY": priority = value.span.number(&position)
        case "SYSLOG_FACILITY": facility = value.span.number(&position)
        case "_SOURCE_MONOTONIC_TIMESTAMP": sourceTime = value.span.number(&position)
        case "__MONOTONIC_TIMESTAMP": monotonicTime = value.span.number(&position)
        default: realTime = value.span.number(&position)
        }
    }

    /// True unless the entry says that it came from the kernel's log. An entry of which only the message was exported
    /// gets the benefit of the doubt.
    var isForeign: Bool {
        if let transport { return !transport.elementsEqual("kernel".utf8) }
        if let identifier { return !isKernel(identifier) }
        return facility ?? 0 != 0
    }

    /// The message as it stood in the kernel's log.
    ///
    /// From a line that user space wrote into /dev/kmsg, journald takes the part before the first colon for the name
    /// of the program (dev_kmsg_record): it is put back.
    var text: [UInt8]? {
        guard let message else { return nil }
        guard let identifier, !isKernel(identifier) else { return message }
        let number = process.map { Array("[".utf8) + $0 + Array("]".utf8) } ?? []
        return identifier + number + Array(": ".utf8) + message
    }

    /// The kernel's own stamp, else the daemon's.
    var time: LogTime? {
        if let time = sourceTime ?? monotonicTime, let microseconds = Int64(exactly: time) {
            return LogTime(clock: .boot, microseconds: microseconds)
        }
        return realTime.flatMap { Int64(exactly: $0) }.map { LogTime(clock: .calendar, microseconds: $0) }
    }

    func record(text: [UInt8], place: Place) -> LogRecord {
        LogRecord(
            place: place, time: time, level: priority.flatMap { $0 < 8 ? UInt8($0) : nil },
            facility: facility.flatMap { UInt8(exactly: $0) }, bootID: bootID.map { String(kernelText: $0) },
            message: String(kernelText: text))
    }

    private func isKernel(_ identifier: [UInt8]) -> Bool { identifier.elementsEqual("kernel".utf8) }
}

extension Delivery {
    /// Hands on a journal entry.
    mutating func deliver(_ entry: JournalEntry, at place: Place) {
        guard let text = entry.text else { return skip(.unparsable) }
        let time = entry.time
        see(time: time, isFramed: true)
        if let marker = LossMarker(in: text.span, at: 0) {
            lose(marker.evidence, count: marker.count, at: place, time: time)
        } else {
            deliver(entry.record(text: text, place: place), message: text, isForeign: entry.isForeign)
        }
    }
}
