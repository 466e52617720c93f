/// The text of a message with holes for its arguments: `livepatch: '{patch}': starting {direction} transition`.
///
/// One template both recognises a line and prints one, so that the two cannot drift apart.
public struct Template: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        case literal([UInt8])
        case hole(Hole)
    }

    let pieces: [Piece]

    /// Reads `{hole}` as the argument of that name and everything else literally. An unknown hole is literal text.
    public init(_ text: String) {
        let bytes = Array(text.utf8)
        var pieces: [Piece] = []
        var literal = 0
        var place = 0
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "{"),
                let close = bytes[place...].firstIndex(of: UInt8(ascii: "}")),
                let hole = Hole(rawValue: String(decoding: bytes[(place + 1)..<close], as: UTF8.self))
            else {
                place += 1
                continue
            }
            if literal < place { pieces.append(.literal(Array(bytes[literal..<place]))) }
            pieces.append(.hole(hole))
            place = close + 1
            literal = place
        }
        if literal < bytes.count { pieces.append(.literal(Array(bytes[literal...]))) }
        self.pieces = pieces
    }

    /// The event that the line states, or nil if the line does not have this form.
    public func recognise(_ line: some Collection<UInt8>, as message: MessageID) -> Event? {
        let bytes = Array(line)
        return recognise(bytes, 0..<bytes.count, as: message)
    }

    /// The event that part of the line states.
    func recognise(_ line: [UInt8], _ range: Range<Int>, as message: MessageID) -> Event? {
        guard mayFit(line, range) else { return nil }
        var event = Event(message)
        return match(0, line, range, into: &event) ? event : nil
    }

    /// The literal text at the beginning and at the end tells most lines apart before any argument is looked at.
    private func mayFit(_ line: [UInt8], _ range: Range<Int>) -> Bool {
        if case .literal(let head)? = pieces.first, !line.has(head, at: range.lowerBound, before: range.upperBound) {
            return false
        }
        if case .literal(let tail)? = pieces.last,
            !line.has(tail, at: range.upperBound - tail.count, before: range.upperBound)
        {
            return false
        }
        return true
    }

    /// The line that states the event, or nil if the event lacks an argument that the template needs.
    public func print(_ event: Event) -> String? {
        var line: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .literal(let bytes): line += bytes
            case .hole(let hole):
                guard let text = hole.text(of: event) else { return nil }
                line += text.utf8
            }
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// Matches from the piece on: a hole ends at the first place where the rest of the template fits.
    private func match(_ piece: Int, _ line: [UInt8], _ range: Range<Int>, into event: inout Event) -> Bool {
        guard piece < pieces.count else { return range.isEmpty }
        switch pieces[piece] {
        case .literal(let bytes):
            return line.has(bytes, at: range.lowerBound, before: range.upperBound)
                && match(piece + 1, line, (range.lowerBound + bytes.count)..<range.upperBound, into: &event)
        case .hole(let hole):
            guard piece + 1 < pieces.count, case .literal(let next) = pieces[piece + 1] else {
                return piece + 1 == pieces.count && hole.fill(line[range], into: &event)
            }
            var start = range.lowerBound
            while let found = line.firstIndex(of: next, in: start..<range.upperBound) {
                guard hole.mayBe(line[range.lowerBound..<found]) else { return false }
                var attempt = event
                if hole.fill(line[range.lowerBound..<found], into: &attempt),
                    match(piece + 1, line, found..<range.upperBound, into: &attempt)
                {
                    event = attempt
                    return true
                }
                start = found + 1
            }
            return false
        }
    }
}

extension [UInt8] {
    /// True if the bytes stand at the place, and end no later than `end`.
    func has(_ bytes: [UInt8], at place: Int, before end: Int) -> Bool {
        guard place >= 0, place + bytes.count <= end else { return false }
        for offset in bytes.indices where self[place + offset] != bytes[offset] { return false }
        return true
    }

    /// The first place of the bytes within the range.
    func firstIndex(of bytes: [UInt8], in range: Range<Int>) -> Int? {
        guard let first = bytes.first else { return range.lowerBound }
        var place = range.lowerBound
        while place + bytes.count <= range.upperBound {
            if self[place] == first, has(bytes, at: place, before: range.upperBound) { return place }
            place += 1
        }
        return nil
    }
}
