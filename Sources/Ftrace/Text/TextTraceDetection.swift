extension TextTraceFormat {
    /// How much of a trace tells its format.
    static let prefixLength = 65_536

    /// Tells the format of a text trace from its first bytes; nil if they are none of a text trace.
    ///
    /// Every line votes. A trace without context looks like any prose with colons: it must have its header.
    public static func detect(_ prefix: [UInt8]) -> TextTraceFormat? {
        var votes = FormatVotes()
        let bytes = prefix.span
        var start = 0
        while start < bytes.count {
            let end = bytes.find(byte: "\n", from: start) ?? bytes.count
            votes.count(bytes.extracting(start..<end))
            start = end + 1
        }
        return votes.winner
    }
}

/// What the lines of a prefix look like.
private struct FormatVotes {
    private var votes: [TextTraceFormat: Int] = [:]
    private var hasHeader = false
    private var namesGraph = false
    private var isTraceCmd = false
    private var aligned = 0
    private var unaligned = 0

    mutating func count(_ line: Span<UInt8>) {
        if line.byte(0) == UInt8(ascii: "#") {
            if line.has("# tracer: ", at: 0) { hasHeader = true }
            if line.has("# tracer: function_graph", at: 0) { namesGraph = true }
        } else if isCPUs(line) {
            isTraceCmd = true
        } else if let head = LineHead.bracketed(line) {
            vote(head.isPerf ? .perfScript : .tracefs)
            if !head.isPerf { countAlignment(line, head) }
        } else if LineHead.latencyVerbose(line) != nil {
            vote(.tracefsLatencyVerbose)
        } else if let head = LineHead.latency(line) {
            vote(.tracefsLatency)
            countAlignment(line, head)
        } else if let graph = GraphLine.parse(line), graph.body != .mark || graph.duration != nil {
            vote(.functionGraph)
        } else if LineHead.raw(line) != nil {
            vote(.tracefsRaw)
        } else if Payload.parse(line, at: 0, .tracefsNoContext) != nil {
            vote(.tracefsNoContext)
        }
    }

    private mutating func vote(_ format: TextTraceFormat) { votes[format, default: 0] += 1 }

    /// `cpus=2`, also behind a file's name: `trace-cmd report` of several files.
    private func isCPUs(_ line: Span<UInt8>) -> Bool {
        guard let place = line.find("cpus=") else { return false }
        var position = place + "cpus=".utf8.count
        return (place == 0 || line.byte(place - 2) == UInt8(ascii: ":")) && line.integer(&position) != nil
            && line.trimmed(position, line.count).isEmpty
    }

    /// A name that is shorter than its column tells trace-cmd from tracefs.
    private mutating func countAlignment(_ line: Span<UInt8>, _ head: LineHead) {
        guard let payload = Payload.parse(line, at: head.payload, .tracefs), payload.spelling == .event else { return }
        var position = payload.name.upperBound + 1
        let blanks = line.skipBlanks(&position)
        if payload.name.count + 1 + blanks >= 22, blanks > 1 { aligned += 1 } else { unaligned += 1 }
    }

    var winner: TextTraceFormat? {
        let isAligned = isTraceCmd || aligned > unaligned
        // In this order, where votes are equal. Lines of the context note of a graph are no events.
        let candidates: [TextTraceFormat] =
            [.tracefs, .perfScript, .tracefsLatencyVerbose, .tracefsLatency, .functionGraph, .tracefsRaw]
            + (hasHeader ? [.tracefsNoContext] : [])
        var best: TextTraceFormat?
        for candidate in candidates where votes[candidate, default: 0] > (best.map { votes[$0, default: 0] } ?? 0) {
            best = candidate
        }
        switch best {
        case .tracefs where isAligned: return .traceCmd
        case .tracefsLatency where isAligned: return .traceCmdLatency
        case nil where isTraceCmd: return .traceCmd
        case nil where namesGraph: return .functionGraph
        case nil where hasHeader: return .tracefs
        default: return best
        }
    }
}
