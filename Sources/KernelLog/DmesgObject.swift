/// One record of `dmesg --json`: `pri`, `time`, `msg`; with `--decode` also `fac`, in newer versions `caller`.
struct DmesgObject {
    var message: [UInt8]
    private(set) var time: LogTime?
    private var level: UInt8?
    private var facility: UInt8?
    private var caller: [UInt8]?

    /// Nil if there is no message.
    init?(_ object: JSONObject) {
        guard let message = object.bytes("msg") else { return nil }
        self.message = message
        time = object.bytes("time").flatMap { DmesgObject.time($0.span) }
        caller = object.bytes("caller")?.filter { !$0.isBlank }
        guard let priority = object.bytes("pri") else { return }
        var start = 0
        if let number = priority.span.number(&start) {
            level = UInt8(number & 7)
            facility = UInt8(exactly: number >> 3)
        } else {
            level = DmesgObject.index(of: priority, in: LinePrefix.levels)
            facility = object.bytes("fac").flatMap { DmesgObject.index(of: $0, in: LinePrefix.facilities) }
        }
    }

    func record(at place: Place) -> LogRecord {
        LogRecord(
            place: place, time: time, level: level, facility: facility, caller: caller.map { String(kernelText: $0) },
            message: String(kernelText: message))
    }

    /// Seconds since boot as a number; as a string, any date that dmesg writes.
    private static func time(_ bytes: Span<UInt8>) -> LogTime? {
        var position = 0
        if let seconds = Seconds.parse(in: bytes, &position) {
            return LogTime(clock: .boot, microseconds: seconds.microseconds, resolution: seconds.resolution)
        }
        let bracketed = Array("[".utf8) + bytes.copy(0) + Array("]".utf8)
        return Stamp(in: bracketed.span, at: 0)?.time
    }

    private static func index(of name: [UInt8], in names: [String]) -> UInt8? {
        names.firstIndex { $0.utf8.elementsEqual(name) }.map { UInt8($0) }
    }
}

extension Delivery {
    /// Hands on a record of `dmesg --json`, which was counted before.
    mutating func deliver(_ object: DmesgObject, at place: Place) {
        if let clock = object.time?.clock { summary.clocks.insert(clock) }
        if let marker = LossMarker(in: object.message.span, at: 0) {
            lose(marker.evidence, count: marker.count, at: place, time: object.time)
        } else {
            deliver(object.record(at: place), message: object.message, isForeign: false)
        }
    }
}
