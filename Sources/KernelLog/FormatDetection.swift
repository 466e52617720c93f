/// Tells the rendering of a source from its first bytes (64 KiB are enough).
///
/// A few renderings show themselves by their first line. For the others every line of the prefix votes, since a file may
/// begin with a line of something else. Text in which nothing is recognised is read as `dmesg`: a log without stamps.
public func detectFormat(of prefix: [UInt8]) -> LogFormat {
    let bytes = prefix.span
    if let format = formatOfMagic(bytes) { return format }
    var start = 0
    if bytes.has("\u{FEFF}", at: 0) { start = 3 }
    while start < bytes.count, bytes[start] <= 0x20 { start += 1 }
    if let format = formatOfFirstLine(bytes, at: start) { return format }
    return FormatVotes(of: bytes).winner
}

/// Binary files, and what is too full of control bytes to be a text.
private func formatOfMagic(_ bytes: Span<UInt8>) -> LogFormat? {
    if bytes.byte(0) == 0x17, bytes.byte(1) == 0x08, bytes.byte(2) == 0x44, bytes.has("tracing", at: 3) {
        return .trace
    }
    // UTF-16 is text, but no kernel's and no daemon's.
    if bytes.byte(0) == 0xFF, bytes.byte(1) == 0xFE { return .binary }
    if bytes.has("LPKSHHRH", at: 0) || bytes.has("\u{7F}ELF", at: 0) { return .binary }
    // NUL bytes alone are no proof: serial consoles and crashed file systems leave runs of them.
    var controls = 0
    for index in 0..<bytes.count {
        let byte = bytes[index]
        if byte < 0x20 && byte != 0 && byte != 0x1B && !(0x07...0x0D).contains(byte) { controls += 1 }
    }
    return controls > 8 && controls * 20 > bytes.count ? .binary : nil
}

private func formatOfFirstLine(_ bytes: Span<UInt8>, at start: Int) -> LogFormat? {
    let first = bytes.extracting(start..<bytes.count)
    if first.has("# tracer: ", at: 0) { return .trace }
    var position = 0
    if first.skip("cpus=", &position), first.number(&position) != nil, first.byte(position) <= 0x20 { return .trace }
    var end = 0
    while end < first.count, first[end] != 0x0A { end += 1 }
    let line = first.extracting(0..<end)
    if PstorePart(in: line, at: 0) != nil { return .pstore }
    if first.byte(0) == UInt8(ascii: "{") { return formatOfJSON(first) }
    if line.has("__", at: 0), line.find("=") != nil, first.find("\nMESSAGE") != nil { return .journalExport }
    return nil
}

/// True unless the journal's objects are spread over lines (`journalctl -o json-pretty`).
func isOneObjectALine(_ prefix: [UInt8]) -> Bool {
    let bytes = prefix.span
    var position = 0
    while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
    guard bytes.skip("{", &position) else { return true }
    bytes.skipBlanks(&position)
    return bytes.byte(position) != 0x0A && bytes.byte(position) != 0x0D
}

private func formatOfJSON(_ bytes: Span<UInt8>) -> LogFormat? {
    if bytes.find("\"__REALTIME_TIMESTAMP\"") != nil || bytes.find("\"MESSAGE\"") != nil { return .journalJSON }
    if bytes.find("\"dmesg\"") != nil || bytes.find("\"msg\"") != nil { return .dmesgJSON }
    return nil
}

/// What the lines of a prefix look like.
private struct FormatVotes {
    private var kmsg = 0
    private var fragments = 0
    private var syslog = 0
    private var dmesg = 0
    private var trace = 0
    private var json = 0

    init(of bytes: Span<UInt8>) {
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            count(bytes.extracting(start..<end))
            start = end + 1
        }
    }

    var winner: LogFormat {
        if fragments > 0 && kmsg > dmesg { return .netconsole }
        let best = [kmsg, syslog, dmesg, trace, json].max() ?? 0
        if best == 0 || best == dmesg { return .dmesg }
        if best == kmsg { return .kmsg }
        if best == syslog { return .syslog }
        return best == trace ? .trace : .dmesgJSON
    }

    private mutating func count(_ line: Span<UInt8>) {
        if let head = KmsgHead(in: line) {
            kmsg += 1
            if head.fragment != nil { fragments += 1 }
            return
        }
        let start = Margin(of: line).start
        if let prefix = LinePrefix(in: line, at: start, namesHosts: true) {
            if prefix.namesProgram { syslog += 1 } else { dmesg += 1 }
        } else if isTrace(line, start) {
            trace += 1
        } else if line.has("\"pri\":", at: start) || line.has("\"msg\":", at: start) {
            json += 1
        }
    }

    /// `bash-102     [001] d..1.    83.645764: event: ...`, and the function graph's ` 0) + 73.557 us   |  f();`.
    private func isTrace(_ line: Span<UInt8>, _ start: Int) -> Bool {
        var position = start
        if line.number(&position) != nil, line.has(") ", at: position), line.find(" us ", from: position) != nil {
            return true
        }
        position = start
        while let open = line.find(" [", from: position) {
            var end = open + 2
            if line.digits(3, &end) != nil, line.skip(UInt8(ascii: "]"), &end) { return hasTraceTime(line, end) }
            position = open + 1
        }
        return false
    }

    private func hasTraceTime(_ line: Span<UInt8>, _ start: Int) -> Bool {
        var position = start
        for _ in 0..<3 {
            line.skipBlanks(&position)
            var end = position
            if line.number(&end) != nil {
                if line.byte(end) == UInt8(ascii: ":") { return true }
                end = position
                if Seconds.parse(in: line, &end) != nil { return line.byte(end) == UInt8(ascii: ":") }
            }
            _ = line.word(&position)
        }
        return false
    }
}
