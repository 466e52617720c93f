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
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            literal += rest[..<open].utf8
            let tail = rest[rest.index(after: open)...]
            guard let close = tail.firstIndex(of: "}"), let hole = Hole(rawValue: String(tail[..<close])) else {
                literal += "{".utf8
                rest = tail
                continue
            }
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = []
            pieces.append(.hole(hole))
            rest = tail[tail.index(after: close)...]
        }
        literal += rest.utf8
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        self.pieces = pieces
    }

    /// The event that the line states, or nil if the line does not have this form.
    public func recognise(_ line: some Collection<UInt8>, as message: MessageID) -> Event? {
        var event = Event(message)
        return match(pieces[...], ArraySlice(line), into: &event) ? event : nil
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

    /// Matches greedily by literal: a hole ends at the first place where the rest of the template fits.
    private func match(_ pieces: ArraySlice<Piece>, _ line: ArraySlice<UInt8>, into event: inout Event) -> Bool {
        guard let first = pieces.first else { return line.isEmpty }
        let others = pieces.dropFirst()
        switch first {
        case .literal(let bytes):
            return line.starts(with: bytes) && match(others, line.dropFirst(bytes.count), into: &event)
        case .hole(let hole):
            guard case .literal(let next)? = others.first else {
                return others.isEmpty && hole.fill(line, into: &event)
            }
            var start = line.startIndex
            while let found = line[start...].firstRange(of: next) {
                var attempt = event
                if hole.fill(line[..<found.lowerBound], into: &attempt),
                    match(others, line[found.lowerBound...], into: &attempt)
                {
                    event = attempt
                    return true
                }
                start = found.lowerBound + 1
            }
            return false
        }
    }
}
