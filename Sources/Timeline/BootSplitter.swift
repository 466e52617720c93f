import KernelLog

/// Cuts one source into boots and names the gaps between its records.
///
/// A boot begins at a kernel banner, at a new boot id, or where the sequence numbers start again. A stamp that falls
/// is only a seam: printk's clock is known to run backwards.
struct BootSplitter {
    private var boots: [Boot] = []
    private var current: Boot
    private var gap: PendingGap?
    private var leastImportant: UInt8?
    private var last: LogRecord?
    private let index: Int
    private var isFramed = false
    /// Entries whose gap is none if the whole source turns out to be bare: boot and entry.
    private var gapsOfFramedSource: [(boot: Int, entry: Int)] = []

    /// A gap before the next entry.
    private struct PendingGap {
        let gap: Gap
        /// True for text that is foreign only in a source whose records have prefixes.
        let needsFraming: Bool
    }

    init(source index: Int) {
        self.index = index
        current = Boot(sources: [index])
    }

    /// Takes the source's next item.
    mutating func take(_ item: LogItem) {
        switch item {
        case .loss(let loss):
            current.losses.append(loss)
            gap = PendingGap(gap: .loss(loss), needsFraming: false)
        case .context(let record):
            if !noteGap(record), !record.message.isEmpty {
                leastImportant = max(leastImportant ?? 0, record.level ?? 6)
            }
            noteOrder(record)
        case .record(let record):
            if Self.beginsBoot(record, after: last) && !repeatsBanner(record) { finishBoot() }
            _ = noteGap(record)
            noteOrder(record)
            if Self.isBanner(record) && current.banner == nil { current.banner = record }
            if gap?.needsFraming == true { gapsOfFramedSource.append((boots.count, current.entries.count)) }
            current.entries.append(Entry(record: record, gap: gap?.gap, leastImportantBetween: leastImportant))
            gap = nil
            leastImportant = nil
        }
        isFramed = isFramed || (item.record?.isFramed ?? false)
    }

    /// The boots, in the order of the source. Boots without a single record are left out.
    ///
    /// - Parameter isUnordered: the source proves neither order nor absence.
    mutating func finish(isUnordered: Bool) -> [Boot] {
        finishBoot()
        if !isFramed { for place in gapsOfFramedSource { boots[place.boot].entries[place.entry].gap = nil } }
        for place in boots.indices { boots[place].isUnordered = isUnordered }
        return boots
    }

    /// Two consoles print the banner twice.
    private func repeatsBanner(_ record: LogRecord) -> Bool {
        current.banner?.message == record.message && current.entries.count == 1 && current.banner?.time == record.time
    }

    private mutating func finishBoot() {
        if !current.entries.isEmpty || !current.losses.isEmpty { boots.append(current) }
        current = Boot(sources: [index])
        gap = nil
        leastImportant = nil
        last = nil
    }

    /// True if the record is no record but a sign of a cut.
    private mutating func noteGap(_ record: LogRecord) -> Bool {
        guard let seam = Self.seam(record) else { return false }
        if gap == nil || (gap?.needsFraming == true && !seam.needsFraming) {
            gap = PendingGap(gap: .seam(seam.kind), needsFraming: seam.needsFraming)
        }
        return true
    }

    private mutating func noteOrder(_ record: LogRecord) {
        guard record.isFramed, let new = record.time else { return }
        if let old = last?.time, old.clock == new.clock, old.clock != .previous, new.microseconds < old.microseconds,
            record.sequence == nil
        {
            gap = gap ?? PendingGap(gap: .seam(.stampBackwards), needsFraming: false)
        }
        last = record
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
    private static func seam(_ record: LogRecord) -> (kind: Seam, needsFraming: Bool)? {
        let text = record.message
        if text.utf8.count < 40, text.contains("..."), text.allSatisfy({ !$0.isLowercase }) {
            return (.ellipsis, false)
        }
        guard !record.isFramed, !text.isEmpty, !looksLikeTranscript(text) else { return nil }
        return (.foreignText, !looksLikePrompt(text))
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
