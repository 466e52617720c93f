import ByteScan

// Formats whose lines show less than who, where, when and what.

extension TextTraceParser {
    mutating func takeBare(_ line: ScannedLine, _ bytes: Span<UInt8>) -> Bool {
        if bytes.has("<", at: 0) { return takeNameless(line, bytes, LineHead()) }
        guard bytes.byte(0).isSymbol, let payload = Payload.parse(bytes, at: 0, format) else { return false }
        if !held.isEmpty { held.closeAll() }
        takeEvent(line, bytes, LineHead(), payload, names.index(bytes, payload.name, payload.spelling))
        return true
    }

    /// `type: 1399`, whose name only the kernel knows; `# ffffffff857c36bd text`, what was written to trace_marker.
    mutating func takeRaw(_ line: ScannedLine, _ bytes: Span<UInt8>) -> Bool {
        guard let head = LineHead.raw(bytes) else { return false }
        note(head)
        if !held.isEmpty { held.close(cpu: head.cpu, line: line.number) }
        var position = head.payload + 1
        var payload = Payload()
        if bytes.skip("# ", &position) {
            if bytes.hexadecimal(&position) != nil, bytes.byte(position) == 0x20 { position += 1 }
            payload.text = position
            takeEvent(line, bytes, head, payload, names.index("print"))
        } else {
            let end = bytes.trimmed(position, bytes.count).upperBound
            payload.text = end
            let isNumbered = bytes.has("type: ", at: position)
            takeEvent(line, bytes, head, payload, names.index(bytes, isNumbered ? position..<end : 0..<0, .event))
        }
        return true
    }
}
