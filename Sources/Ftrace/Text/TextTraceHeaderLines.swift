extension TextTraceHeader {
    /// Takes a line of the header.
    mutating func take(_ line: Span<UInt8>) {
        var position = 0
        if line.skip("# tracer: ", &position) {
            tracer = line.text(line.trimmed(position, line.count))
        } else if line.skip("# entries-in-buffer/entries-written: ", &position) {
            takeEntries(line, &position)
        } else if line.skip("# latency: ", &position), let hash = line.find(", #", from: position) {
            position = hash + ", #".utf8.count
            takeEntries(line, &position)
        } else if let trace = line.find(" latency trace v"), let on = line.find(" on ", from: trace) {
            kernel = line.text(line.trimmed(on + " on ".utf8.count, line.count))
        }
    }

    /// `624/7627   #P:2`
    private mutating func takeEntries(_ line: Span<UInt8>, _ position: inout Int) {
        guard let held = line.integer(&position), line.skip(byte: "/", &position), let written = line.integer(&position)
        else {
            return
        }
        entriesInBuffer = held
        entriesWritten = written
        if var place = line.find("#P:", from: position) {
            place += "#P:".utf8.count
            cpus = line.integer(&place)
        }
    }

    /// How many entries are missing, if this line is the one that says it.
    func missing(_ line: Span<UInt8>) -> Int? {
        guard line.has("# entries-in-buffer/", at: 0) || line.has("# latency: ", at: 0),
            let held = entriesInBuffer, let written = entriesWritten, written > held
        else { return nil }
        return written - held
    }
}
