import ByteScan

/// What a parser is fed with, and what it gives.
protocol LogParser {
    /// The items found, and the summary.
    var delivery: Delivery { get set }
    /// Takes the next line.
    mutating func feed(_ line: ScannedLine, _ bytes: Span<UInt8>)
    /// The source has ended.
    mutating func finish()
}

/// Makes records of text lines: every line with a prefix begins one, and what follows without a prefix continues
/// it, or is a record of its own, unframed.
struct LineAssembler: LogParser {
    var delivery: Delivery
    private let habits: TextHabits
    private let namesHosts: Bool
    private var text = LineText()
    private var pending: PendingRecord?
    private var hunk: DiffHunk?
    /// A line `+++ result` was seen: hunks that follow are about the log, not about code.
    private var isResultDiff = false
    /// What journalctl wrote between two boots.
    private var bootID: String?

    /// Texts that this parser must be shown, whatever the caller looks for.
    static let needles = LossMarker.needles + ["+++ result", "@@ -", "-- Boot ", "-- Reboot --"]

    init(delivery: Delivery, habits: TextHabits) {
        self.delivery = delivery
        self.habits = habits
        namesHosts = delivery.summary.format == .syslog
    }

    mutating func feed(_ line: ScannedLine, _ raw: Span<UInt8>) {
        let place = delivery.place(line: line.number, offset: line.offset)
        if line.isTruncated { delivery.report(.truncatedLine, at: place) }
        text.assign(raw, isQuotedPrintable: habits.isQuotedPrintable)
        if let pending, pending.lastLine + 1 != line.number { flush() }
        let bytes = text.bytes
        take(bytes.span, at: place)
        pending?.endsSoftly = text.endsSoftly
    }

    mutating func finish() { flush() }

    /// Sorts one clean line.
    private mutating func take(_ bytes: Span<UInt8>, at place: Place) {
        let margin = Margin(of: bytes)
        if margin.start >= bytes.count {
            delivery.skip(.blank)
            flush()
            hunk = nil
        } else if takeDiffLine(bytes, margin, at: place) {
            return
        } else if !takeFramed(bytes, margin, at: place) {
            takeUnframed(bytes, margin, at: place)
        }
    }

    // MARK: Diffs

    private mutating func takeDiffLine(_ bytes: Span<UInt8>, _ margin: Margin, at place: Place) -> Bool {
        if DiffHunk.isResultHead(bytes, margin: margin) { isResultDiff = true }
        if isResultDiff, let head = DiffHunk(head: bytes, margin: margin, line: place.line) {
            flush()
            hunk = head
            delivery.skip(.expectation)
            return true
        }
        guard let verdict = hunk?.verdict(bytes, margin: margin, line: place.line) else { return false }
        flush()
        switch verdict {
        case .head:
            delivery.skip(.expectation)
        case .notPrinted:
            pending = PendingRecord(place: place, width: text.width, isFramed: true)
            pending?.isExpectation = true
            pending?.append(bytes, from: margin.start)
        case .printed(let start):
            pending = PendingRecord(place: place, width: text.width, isFramed: true)
            pending?.append(bytes, from: start)
        }
        return true
    }

    // MARK: Lines with a prefix

    private mutating func takeFramed(_ bytes: Span<UInt8>, _ margin: Margin, at place: Place) -> Bool {
        var start = margin.start
        if let end = tapEnd(bytes, at: start) { start = end }
        if bytes.has("** ", at: start), let marker = LossMarker(in: bytes, at: start) {
            lose(marker, in: bytes, at: place, time: nil)
            return true
        }
        if PstorePart(in: bytes, at: start) != nil {
            flush()
            delivery.skip(.blank)
            return true
        }
        var prefix = LinePrefix(in: bytes, at: start, namesHosts: namesHosts)
        if prefix == nil, let stamp = Prompt.end(in: bytes, from: start) {
            prefix = LinePrefix(in: bytes, at: stamp, namesHosts: namesHosts)
        }
        guard let prefix else { return false }
        hunk = nil
        if bytes.has("** ", at: prefix.end), let marker = LossMarker(in: bytes, at: prefix.end) {
            lose(marker, in: bytes, at: place, time: prefix.time)
            return true
        }
        flush()
        pending = PendingRecord(place: place, width: text.width, isFramed: true)
        pending?.prefix = prefix
        pending?.caller = prefix.caller.map { bytes.copy($0.lowerBound, $0.upperBound) }
        pending?.column = prefix.end - margin.quoteEnd
        pending?.bootID = bootID
        pending?.append(bytes, from: prefix.end)
        return true
    }

    /// A marker of lost records stands on a line of its own, or before the record that came after the loss.
    private mutating func lose(_ marker: LossMarker, in bytes: Span<UInt8>, at place: Place, time: LogTime?) {
        flush()
        delivery.see(time: time, isFramed: true)
        delivery.lose(marker.evidence, count: marker.count, at: place, time: time)
        let rest = bytes.copy(marker.end)
        if !rest.isEmpty { take(rest.span, at: place) }
    }

    /// Behind the `# ` of a TAP comment, if what follows looks like a log's line and not like a command behind a
    /// prompt: a prefix, or a first word with a colon.
    private func tapEnd(_ bytes: Span<UInt8>, at start: Int) -> Int? {
        var position = start
        guard bytes.skip("#", &position) else { return nil }
        Margin.skipBlanks(bytes, &position)
        guard position > start + 1, position < bytes.count else { return nil }
        if bytes.has("% ", at: position) || LinePrefix(in: bytes, at: position, namesHosts: namesHosts) != nil {
            return position
        }
        var end = position
        let word = bytes.word(&end)
        return bytes.byte(word.upperBound - 1) == UInt8(ascii: ":") ? position : nil
    }

    // MARK: Lines without

    private mutating func takeUnframed(_ bytes: Span<UInt8>, _ margin: Margin, at place: Place) {
        if var record = pending {
            if record.continues(with: bytes, margin: margin, habits: habits) {
                pending = nil
                record.extend(to: place.line, width: text.width)
                pending = record
                delivery.skip(.continuation)
                return
            }
        }
        flush()
        readBootSeparator(bytes, at: margin.start)
        let start = tapEnd(bytes, at: margin.start) ?? margin.start
        pending = PendingRecord(place: place, width: text.width, isFramed: false)
        pending?.append(bytes, from: start)
    }

    /// `-- Boot 0123456789abcdef0123456789abcdef --`, or `-- Reboot --` of older versions.
    private mutating func readBootSeparator(_ bytes: Span<UInt8>, at start: Int) {
        guard namesHosts else { return }
        var position = start
        if bytes.has("-- Reboot --", at: start) { bootID = nil }
        guard bytes.skip("-- Boot ", &position) else { return }
        let word = bytes.word(&position)
        guard word.count == 32, bytes.has(" --", at: position) else { return }
        bootID = String(kernelText: bytes.copy(word.lowerBound, word.upperBound))
    }

    private mutating func flush() {
        guard let record = pending else { return }
        pending = nil
        guard !record.isExpectation else { return delivery.skip(.expectation) }
        delivery.see(time: record.prefix?.time, isFramed: record.isFramed)
        if let marker = LossMarker(in: record.message.span, at: 0) {
            delivery.lose(marker.evidence, count: marker.count, at: record.place, time: record.prefix?.time)
        } else {
            delivery.deliver(record.record, message: record.message, isForeign: record.prefix?.isForeign ?? false)
        }
    }
}
