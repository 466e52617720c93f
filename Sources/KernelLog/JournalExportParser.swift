import ByteScan

/// `journalctl -o export`: fields `KEY=value`, one a line, an empty line after each entry. A field that is no
/// text is written as its name, a newline, its length in eight bytes (little endian), its bytes, and a newline.
struct JournalExportParser: LogParser {
    var delivery: Delivery
    private let wanted: NeedleSet
    private var neighbours = Neighbours()
    private var entry: [UInt8] = []
    private var place: Place?
    /// A field that is no text, while its bytes come in; a newline among them ends a line of the scanner.
    private var field: BinaryField?

    private struct BinaryField {
        var bytes: [UInt8] = []

        /// The whole field's size, once its length is known.
        var size: Int? {
            guard bytes.count >= 8 else { return nil }
            let length = (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
            return length < 1 << 30 ? Int(length) + 8 : Int.max
        }

        var isWhole: Bool { size.map { bytes.count >= $0 } ?? false }
    }

    /// Entries are kept whole until they end; of one that is longer, the rest is dropped.
    private static let longestEntry = 1 << 20

    init(delivery: Delivery, wanted: NeedleSet) {
        self.delivery = delivery
        self.wanted = wanted
    }

    mutating func feed(_ line: ScannedLine, _ bytes: Span<UInt8>) {
        let here = delivery.place(line: line.number, offset: line.offset)
        if line.isTruncated { delivery.report(.truncatedLine, at: here) }
        if field != nil { return feedField(bytes) }
        if bytes.isEmpty || (bytes.count == 1 && bytes[0] == 0x0D) { return finishEntry() }
        if place == nil { place = here }
        add(bytes)
        if bytes.find("=") == nil { field = BinaryField() }
    }

    /// Adds a line to the binary field, and the newline before it unless it is the first.
    private mutating func feedField(_ bytes: Span<UInt8>) {
        if field?.bytes.isEmpty == false { field?.bytes.append(0x0A) }
        guard field.map({ $0.bytes.count <= JournalExportParser.longestEntry }) == true else { return }
        for index in 0..<bytes.count { field?.bytes.append(bytes[index]) }
        guard let done = field, done.isWhole else {
            if bytes.isEmpty && field?.bytes.isEmpty == true { field?.bytes.append(0x0A) }
            return
        }
        field = nil
        add(done.bytes.span)
    }

    /// Keeps one field, a text or a binary one, as the name and the length in front tell when it is read again.
    private mutating func add(_ bytes: Span<UInt8>) {
        guard entry.count + bytes.count < JournalExportParser.longestEntry else { return }
        for index in 0..<bytes.count { entry.append(bytes[index]) }
        entry.append(0x0A)
    }

    mutating func finish() {
        if field != nil, let place {
            delivery.report(.truncatedField, at: place)
            field = nil
        }
        finishEntry()
    }

    private mutating func finishEntry() {
        guard let place else { return }
        self.place = nil
        let whole = entry
        entry = []
        if wanted.isIn(whole.span) {
            for kept in neighbours.hit() { deliver(kept.bytes.span, at: kept.place) }
            deliver(whole.span, at: place)
        } else if neighbours.pass(whole.span, at: place) {
            deliver(whole.span, at: place)
        }
    }

    /// Reads a kept entry's fields.
    private mutating func deliver(_ bytes: Span<UInt8>, at place: Place) {
        var entry = JournalEntry()
        var position = 0
        while position < bytes.count {
            let start = position
            while position < bytes.count, bytes[position] != 0x0A, bytes[position] != UInt8(ascii: "=") {
                position += 1
            }
            let name = bytes.extracting(start..<position)
            if bytes.byte(position) == UInt8(ascii: "=") {
                let value = position + 1
                while position < bytes.count, bytes[position] != 0x0A { position += 1 }
                entry.set(name, to: bytes.copy(value, position))
            } else {
                let head = BinaryField(bytes: bytes.copy(position + 1, position + 9))
                guard let size = head.size, size <= bytes.count - position - 1 else { break }
                entry.set(name, to: bytes.copy(position + 9, position + 1 + size))
                position += 1 + size
            }
            position += 1
        }
        delivery.deliver(entry, at: place)
    }
}
