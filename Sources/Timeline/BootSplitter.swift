import KernelLog

/// Cuts one source into boots and names the gaps between its records.
///
/// A boot begins at a kernel banner, at a new boot id, or where the sequence numbers start again. A stamp that falls
/// is only a seam: printk's clock is known to run backwards.
public struct BootSplitter {
    private var boots: [Boot] = []
    private var current: Boot
    private var gap: Gap?
    private var leastImportant: UInt8?
    private var last: LogRecord?
    private let index: Int
    private let isUnordered: Bool

    /// The boots of one source, in its order. Boots without a single record are left out.
    public static func boots(of reading: SourceReading) -> [Boot] {
        var splitter = BootSplitter(index: reading.index, isUnordered: reading.isUnordered)
        let framed = reading.items.contains { $0.record?.isFramed == true }
        for item in reading.items { splitter.take(item, sourceIsFramed: framed) }
        splitter.finishBoot()
        return splitter.boots
    }

    private init(index: Int, isUnordered: Bool) {
        self.index = index
        self.isUnordered = isUnordered
        current = Boot(sources: [index], isUnordered: isUnordered)
    }

    private mutating func take(_ item: LogItem, sourceIsFramed: Bool) {
        switch item {
        case .loss(let loss):
            current.losses.append(loss)
            gap = .loss(loss)
        case .context(let record):
            if let seam = Self.seam(record, sourceIsFramed: sourceIsFramed) {
                gap = gap ?? .seam(seam)
            } else if !record.message.isEmpty {
                leastImportant = max(leastImportant ?? 0, record.level ?? 6)
            }
            noteOrder(record)
        case .record(let record):
            if Self.beginsBoot(record, after: last) { finishBoot() }
            if let seam = Self.seam(record, sourceIsFramed: sourceIsFramed) { gap = gap ?? .seam(seam) }
            noteOrder(record)
            if Self.isBanner(record) && current.banner == nil { current.banner = record }
            current.entries.append(Entry(record: record, gap: gap, leastImportantBetween: leastImportant))
            gap = nil
            leastImportant = nil
        }
    }

    private mutating func finishBoot() {
        if !current.entries.isEmpty || !current.losses.isEmpty { boots.append(current) }
        current = Boot(sources: [index], isUnordered: isUnordered)
        gap = nil
        leastImportant = nil
        last = nil
    }

    private mutating func noteOrder(_ record: LogRecord) {
        guard record.isFramed else { return }
        if let old = last?.time, let new = record.time, old.clock == new.clock, old.clock != .previous,
            new.microseconds < old.microseconds, record.sequence == nil
        {
            gap = gap ?? .seam(.stampBackwards)
        }
        if record.time != nil { last = record }
    }

    static func isBanner(_ record: LogRecord) -> Bool {
        record.message.hasPrefix("Linux version ") && record.facility ?? 0 == 0
    }

    private static func beginsBoot(_ record: LogRecord, after last: LogRecord?) -> Bool {
        if isBanner(record) { return true }
        guard let last else { return false }
        if let old = last.bootID, let new = record.bootID, old != new { return true }
        if let old = last.sequence, let new = record.sequence, new < old { return true }
        return false
    }

    /// Text between records that is no record. Where the whole source is bare (`dmesg --notime`), only what looks like a
    /// prompt or an ellipsis counts.
    private static func seam(_ record: LogRecord, sourceIsFramed: Bool) -> Seam? {
        let text = record.message
        if text.utf8.count < 40, text.contains("..."), text.allSatisfy({ !$0.isLowercase }) { return .ellipsis }
        guard !record.isFramed, !text.isEmpty, !looksLikeTranscript(text) else { return nil }
        if sourceIsFramed { return .foreignText }
        return looksLikePrompt(text) ? .foreignText : nil
    }

    /// `% insmod x`: a harness, or whoever wrote the log down, notes what was done at that moment. Nothing is cut there.
    private static func looksLikeTranscript(_ text: String) -> Bool { text.hasPrefix("% ") }

    private static func looksLikePrompt(_ text: String) -> Bool {
        let head = text.prefix(60)
        return head.hasPrefix("# ") || head.hasPrefix("$ ") || head.contains("]# ") || head.contains("]$ ")
            || head.contains(":~# ") || head.contains(":~$ ") || head.contains("$ sudo ")
    }
}

extension LogItem {
    /// The record of the item, unless it is a loss.
    public var record: LogRecord? {
        switch self {
        case .record(let record), .context(let record): record
        case .loss: nil
        }
    }
}
