import ByteScan

/// Objects spread over lines: what `dmesg --json` writes, and `journalctl -o json-pretty`.
///
/// Objects are cut out of the stream one by one, so the document may be of any size, and may begin or end
/// anywhere. A string never spans lines: a quotation mark that is missing costs one object.
struct JSONDocumentParser: LogParser {
    var delivery: Delivery
    private let wanted: NeedleSet
    private var neighbours = Neighbours()
    /// The object being read, from its brace on; empty between objects.
    private var object: [UInt8] = []
    private var place: Place
    private var isInString = false
    private var isEscaped = false
    /// The last line, if a string does not end in it: damage, unless the source ends there too.
    private var brokenString: Place?
    /// Brackets open at this point. A document whose head is missing ends below zero.
    private var depth = 0

    /// What is longer is no record of a kernel.
    private static let longestObject = 1 << 20

    init(delivery: Delivery, wanted: NeedleSet) {
        self.delivery = delivery
        self.wanted = wanted
        place = delivery.place(line: 0, offset: 0)
    }

    mutating func feed(_ line: ScannedLine, _ bytes: Span<UInt8>) {
        if let place = brokenString { delivery.report(.malformedJSON, at: place) }
        brokenString = nil
        for index in 0..<bytes.count {
            take(bytes[index], at: delivery.place(line: line.number, offset: line.offset + index))
        }
        if line.isTruncated {
            delivery.report(.truncatedLine, at: delivery.place(line: line.number, offset: line.offset))
        }
        if isInString {
            isInString = false
            isEscaped = false
            brokenString = delivery.place(line: line.number, offset: line.offset)
        } else if !object.isEmpty {
            object.append(0x0A)
        }
    }

    private mutating func take(_ byte: UInt8, at here: Place) {
        if !object.isEmpty, object.count < JSONDocumentParser.longestObject { object.append(byte) }
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: "{"):
            // The outer object holds nothing but the array: the inner one takes its place.
            depth += 1
            object = [byte]
            place = here
        case UInt8(ascii: "}"):
            depth -= 1
            let whole = object
            object.removeAll(keepingCapacity: true)
            if !whole.isEmpty { take(whole, at: place) }
        default: break
        }
    }

    mutating func finish() {
        if !object.isEmpty { take(object, at: place) }
        if depth > 0 { delivery.report(.truncatedJSON, at: place) }
    }

    private mutating func take(_ whole: [UInt8], at place: Place) {
        if delivery.summary.format != .journalJSON { delivery.see(time: nil, isFramed: true) }
        guard wanted.isIn(whole.span) else {
            if neighbours.pass(whole.span, at: place) { deliver(whole, at: place) }
            return
        }
        for kept in neighbours.hit() { deliver(kept.bytes, at: kept.place) }
        deliver(whole, at: place)
    }

    private mutating func deliver(_ whole: [UInt8], at place: Place) {
        let object = JSONObject(in: whole.span, at: 0)
        if delivery.summary.format == .journalJSON, object.isWhole {
            delivery.deliver(JournalEntry(object), at: place)
        } else if let record = DmesgObject(object) {
            delivery.deliver(record, at: place)
        } else if object.isWhole || depth <= 0 {
            // The last object of a document that was cut off is reported once, as that.
            delivery.report(.malformedJSON, at: place)
        }
    }
}
