import ByteScan

/// `journalctl -o json`: one object a line. Only lines that the scanner selects are looked at.
struct JournalJSONParser: LogParser {
    var delivery: Delivery

    /// Texts that this parser must be shown, whatever the caller looks for: a message that is no text is written as
    /// an array of numbers, in which no needle is found.
    static let needles = LossMarker.needles + ["\"MESSAGE\":[", "\"MESSAGE\" : ["]

    init(delivery: Delivery) { self.delivery = delivery }

    mutating func feed(_ line: ScannedLine, _ bytes: Span<UInt8>) {
        let place = delivery.place(line: line.number, offset: line.offset)
        var start = 0
        // journalctl -o json-seq begins each object with a record separator.
        while start < bytes.count, bytes[start] <= 0x20 { start += 1 }
        guard start < bytes.count else { return delivery.skip(.blank) }
        let object = JSONObject(in: bytes, at: start)
        guard object.isWhole else {
            delivery.report(line.isTruncated ? .truncatedLine : .malformedJSON, at: place)
            return delivery.skip(.unparsable)
        }
        delivery.deliver(JournalEntry(object), at: place)
    }

    mutating func finish() {}
}
