import ByteScan

/// Records of `/dev/kmsg`, and of extended netconsole, whose fragments it joins.
struct KmsgParser: LogParser {
    var delivery: Delivery
    private var sequence = SequenceTracker()
    private var neighbours = Neighbours()
    private var fragments: Fragments?
    /// The caller's needles and the reader's own.
    private let wanted: NeedleSet

    /// A long record of which not all fragments have come.
    private struct Fragments {
        var head: [UInt8]
        var sequence: UInt64
        var text: [UInt8]
        var length: Int
        var place: Place
    }

    init(delivery: Delivery, wanted: NeedleSet) {
        self.delivery = delivery
        self.wanted = wanted
    }

    mutating func feed(_ line: ScannedLine, _ bytes: Span<UInt8>) {
        let place = delivery.place(line: line.number, offset: line.offset)
        if line.isTruncated { delivery.report(.truncatedLine, at: place) }
        if bytes.byte(0) == UInt8(ascii: " ") { return delivery.skip(.continuation) }
        if bytes.isEmpty || bytes.byte(0) == 0x0D { return delivery.skip(.blank) }
        guard let head = KmsgHead(in: bytes) else {
            delivery.skip(.unparsable)
            return delivery.report(.malformedRecord, at: place)
        }
        if let fragment = head.fragment {
            join(fragment, of: head, bytes, at: place)
        } else {
            dropFragments()
            take(bytes, head, at: place)
        }
    }

    mutating func finish() { dropFragments() }

    /// Checks the sequence, then looks for needles; only a record with one, or next to one, is made.
    private mutating func take(_ bytes: Span<UInt8>, _ head: KmsgHead, at place: Place) {
        switch sequence.step(to: head.sequence) {
        case .repeated: return delivery.skip(.duplicate)
        case .gap(let missing): delivery.lose(.sequenceGap, count: missing, at: place, time: head.time)
        case .next, .restart: break
        }
        if delivery.summary.firstSequence == nil { delivery.summary.firstSequence = sequence.first }
        delivery.see(time: head.time, isFramed: true)
        guard wanted.isIn(bytes) else {
            if neighbours.pass(bytes, at: place) { deliver(bytes, head, at: place) }
            return
        }
        for kept in neighbours.hit() {
            if let head = KmsgHead(in: kept.bytes.span) { deliver(kept.bytes.span, head, at: kept.place) }
        }
        deliver(bytes, head, at: place)
    }

    private mutating func deliver(_ bytes: Span<UInt8>, _ head: KmsgHead, at place: Place) {
        var end = bytes.count
        while end > head.textStart, bytes.byte(end - 1) == 0x0D { end -= 1 }
        let text = KmsgHead.unescape(bytes.copy(head.textStart, end))
        if let marker = LossMarker(in: text.span, at: 0) {
            delivery.lose(marker.evidence, count: marker.count, at: place, time: head.time)
        } else {
            delivery.deliver(head.record(in: bytes, text: text, place: place), message: text, isForeign: false)
        }
    }

    /// Adds a fragment to those that came before; takes the record when it is whole.
    private mutating func join(
        _ fragment: (offset: Int, length: Int), of head: KmsgHead, _ bytes: Span<UInt8>, at place: Place
    ) {
        if let fragments, fragments.sequence != head.sequence || fragments.text.count != fragment.offset {
            dropFragments()
        }
        var whole =
            fragments
            ?? Fragments(
                head: bytes.copy(0, head.textStart), sequence: head.sequence, text: [], length: fragment.length,
                place: place)
        fragments = nil
        guard whole.text.count == fragment.offset else { return delivery.report(.missingFragment, at: place) }
        whole.text += bytes.copy(head.textStart)
        guard whole.text.count >= whole.length else {
            fragments = whole
            return
        }
        let joined = whole.head + whole.text
        if let head = KmsgHead(in: joined.span) { take(joined.span, head, at: whole.place) }
    }

    private mutating func dropFragments() {
        guard let dropped = fragments else { return }
        fragments = nil
        delivery.report(.missingFragment, at: dropped.place)
    }
}
