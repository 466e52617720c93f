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
        var name: [UInt8] = []
        /// The length and the bytes, as far as they are kept.
        var bytes: [UInt8] = []
        /// How many bytes came, kept or not.
        var received = 0
        var lines = 0

        /// The size with the length in front, once that is known.
        var size: Int? {
            guard bytes.count >= 8 else { return nil }
            let length = (0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[$1]) }
            return length < 1 << 30 ? Int(length) + 8 : Int.max
        }

        mutating func add(_ line: Span<UInt8>) {
            // The newline that ended the line before is one of the field's bytes.
            if lines > 0 { add(0x0A) }
            lines += 1
            for index in 0..<line.count { add(line[index]) }
        }

        private mutating func add(_ byte: UInt8) {
            received += 1
            if bytes.count < longestEntry { bytes.append(byte) }
        }
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
        if bytes.find("=") == nil {
            field = BinaryField(name: bytes.copy(0))
        } else {
            add(bytes)
        }
    }

    /// Adds a line to the binary field, and the field to the entry when it is whole.
    private mutating func feedField(_ bytes: Span<UInt8>) {
        field?.add(bytes)
        guard let done = field, let size = done.size, done.received >= size else { return }
        field = nil
        guard done.bytes.count == size else { return }
        add(done.name.span)
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
