/// A message that says that messages are missing.
struct LossMarker {
    var evidence: Loss.Evidence
    var count: UInt64?
    /// Where the marker ends. Old consoles print the next record right behind it.
    var end: Int

    /// Texts one of which is in every line that holds a marker.
    static let needles = [
        "messages dropped", "kernel messages", "output lines suppressed due to ratelimiting",
        "messages lost due to rate-limiting",
    ]

    /// Recognises a marker at the start of a message. A driver's own `callbacks suppressed` loses no record.
    init?(in bytes: Span<UInt8>, at start: Int) {
        var position = start
        if bytes.skip("** ", &position) {
            guard let count = bytes.number(&position), bytes.skip(" printk messages dropped **", &position) else {
                return nil
            }
            bytes.skipBlanks(&position)
            self.init(evidence: .droppedMarker, count: count, end: position)
        } else if bytes.skip("printk: ", &position) {
            self.init(printk: bytes, at: position)
        } else {
            self.init(daemon: bytes, at: position)
        }
    }

    private init(evidence: Loss.Evidence, count: UInt64?, end: Int) {
        self.evidence = evidence
        self.count = count
        self.end = end
    }

    /// `printk: 12 messages dropped` (console) and `printk: bash: 90 output lines suppressed due to ratelimiting`
    /// (devkmsg_release, all since linux-4.9).
    private init?(printk bytes: Span<UInt8>, at start: Int) {
        var position = start
        if let count = bytes.number(&position) {
            guard bytes.has(" messages dropped", at: position) || bytes.has(" printk messages dropped", at: position)
            else { return nil }
            self.init(evidence: .droppedMarker, count: count, end: bytes.count)
        } else {
            let text = " output lines suppressed due to ratelimiting"
            guard let end = bytes.find(text, from: position) else { return nil }
            self.init(evidence: .suppressedMarker, count: bytes.number(endingAt: end), end: bytes.count)
        }
    }

    /// `Missed 12 kernel messages` (systemd-journald) and `12 messages lost due to rate-limiting` (rsyslog's imjournal).
    private init?(daemon bytes: Span<UInt8>, at start: Int) {
        var position = start
        for tag in ["systemd-journald", "rsyslogd"] where bytes.skip(tag, &position) {
            if bytes.skip(UInt8(ascii: "["), &position) {
                _ = bytes.number(&position)
                guard bytes.skip(UInt8(ascii: "]"), &position) else { return nil }
            }
            guard bytes.skip(": ", &position) else { return nil }
        }
        let isJournalImport = bytes.skip("imjournal: ", &position)
        if bytes.skip("Missed ", &position) {
            guard let count = bytes.number(&position), bytes.has(" kernel messages", at: position) else { return nil }
            self.init(evidence: .droppedMarker, count: count, end: bytes.count)
        } else {
            guard isJournalImport, let count = bytes.number(&position),
                bytes.has(" messages lost due to rate-limiting", at: position)
            else { return nil }
            self.init(evidence: .droppedMarker, count: count, end: bytes.count)
        }
    }
}

extension Span where Element == UInt8 {
    /// The number whose last digit stands before a position.
    func number(endingAt end: Int) -> UInt64? {
        var start = end
        while byte(start - 1).isDigit { start -= 1 }
        return number(&start)
    }
}
