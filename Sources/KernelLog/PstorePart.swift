import ByteScan

/// The line that heads a part of a pstore dump: `Panic#1 Part1`.
struct PstorePart: Hashable {
    /// `Panic#1`, as bytes: parts of one dump share it.
    var dump: [UInt8]
    /// 1 is the newest.
    var number: UInt64

    init?(in bytes: Span<UInt8>, at start: Int) {
        var position = start
        while bytes.byte(position).isLetter { position += 1 }
        guard position > start, bytes.skip(UInt8(ascii: "#"), &position), bytes.number(&position) != nil else {
            return nil
        }
        dump = bytes.copy(start, position)
        guard bytes.skip(" Part", &position), let number = bytes.number(&position) else { return nil }
        bytes.skipBlanks(&position)
        guard bytes.byte(position) == 0 || bytes.byte(position) == 0x0D else { return nil }
        self.number = number
    }
}

/// Puts the parts of a pstore dump into the order of time.
///
///     file:  Part1 (newest)  Part2  Part3 (oldest)
///     items: Part3           Part2  Part1
///
/// Parts of one dump are held until the dump ends: a dump is as big as the machine's persistent memory at most.
struct PstoreOrder {
    private var parts: [[LogItem]] = []
    private var last: PstorePart?

    /// A part begins here. Returns what the parts before hold, if they belong to another dump.
    mutating func begin(_ part: PstorePart) -> [LogItem] {
        let goesOn = last.map { $0.dump == part.dump && $0.number < part.number } ?? false
        let done = goesOn ? [] : drain()
        last = part
        parts.append([])
        return done
    }

    mutating func add(_ items: [LogItem]) {
        if parts.isEmpty { parts.append([]) }
        parts[parts.count - 1] += items
    }

    /// Everything held, the oldest part first.
    mutating func drain() -> [LogItem] {
        defer { parts = [] }
        return Array(parts.reversed().joined())
    }
}

/// Text lines in parts, the newest part first.
struct PstoreParser: LogParser {
    private var lines: LineAssembler
    private var order = PstoreOrder()

    /// Texts that this parser must be shown, whatever the caller looks for.
    static let needles = LineAssembler.needles + [" Part"]

    init(delivery: Delivery, habits: TextHabits) {
        lines = LineAssembler(delivery: delivery, habits: habits)
    }

    var delivery: Delivery {
        get { lines.delivery }
        set { lines.delivery = newValue }
    }

    mutating func feed(_ line: ScannedLine, _ bytes: Span<UInt8>) {
        let part = PstorePart(in: bytes, at: 0)
        if part != nil { lines.finish() }
        if part == nil { lines.feed(line, bytes) }
        order.add(lines.delivery.items)
        lines.delivery.items = part.map { order.begin($0) } ?? []
    }

    mutating func finish() {
        lines.finish()
        order.add(lines.delivery.items)
        lines.delivery.items = order.drain()
    }
}
