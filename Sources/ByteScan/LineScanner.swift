/// Delivers the lines of a source that a filter selects, with their context.
///
/// - A line that holds a needle is delivered as a match, up to `contextBefore` lines before it and `contextAfter`
///   lines after it as context; every line at most once, in order. Without a filter every line is a match.
/// - The bytes exclude the newline; a carriage return before it stays. A last line without a newline is delivered.
/// - A line longer than `maximumLineLength` is delivered truncated to it; needles are looked for only in
///   what is kept. The rest is skipped in bounded memory.
/// - Lines are delivered as soon as they are read: a pipe can be followed.
///
/// - Parameters:
///   - body: Called for each delivered line; the bytes are valid during the call.
/// - Returns: what was scanned, and the error that ended it early, if there was one.
public func scanLines(
    of source: inout ByteSource, filter: LineFilter?, contextBefore: Int, contextAfter: Int,
    maximumLineLength: Int = 65_536, body: (ScannedLine, Span<UInt8>) -> Void
) -> ScanSummary {
    scanLines(
        of: &source, filter: filter, contextBefore: contextBefore, contextAfter: contextAfter,
        maximumLineLength: maximumLineLength, chunkSize: 262_144, body: body)
}

/// The same with a chunk size, which the tests make tiny.
func scanLines(
    of source: inout ByteSource, filter: LineFilter?, contextBefore: Int, contextAfter: Int,
    maximumLineLength: Int, chunkSize: Int, body: (ScannedLine, Span<UInt8>) -> Void
) -> ScanSummary {
    let rules = LineScanner.Rules(
        filter: filter, contextBefore: max(0, contextBefore), contextAfter: max(0, contextAfter),
        maximumLineLength: max(1, maximumLineLength))
    var scanner = LineScanner(rules: rules, chunkSize: chunkSize)
    return scanner.run(&source, body)
}

/// The state of one scan.
///
/// The window holds what may still be delivered; the cursor stands at its start:
///
///     context kept   searched, complete lines   an unfinished line   room for the next read
///     ^ cursor       ^ searched                 ^ window.lineStart   ^ window.end
struct LineScanner: ~Copyable {
    /// What to deliver.
    struct Rules {
        var filter: LineFilter?
        var contextBefore: Int
        var contextAfter: Int
        var maximumLineLength: Int
    }

    private let rules: Rules
    private var window: LineWindow
    /// The filter's needles, compiled for the text around here.
    private var needles: NeedleTable?
    private var bytesAtNextSample = 0
    /// Lines before this position were searched for needles.
    private var searched = 0
    /// How many lines from the cursor on are the context of a match before.
    private var contextOwed = 0
    private var summary = ScanSummary()

    init(rules: Rules, chunkSize: Int) {
        self.rules = rules
        window = LineWindow(maximumLineLength: rules.maximumLineLength, chunkSize: chunkSize)
    }

    mutating func run(_ source: inout ByteSource, _ body: (ScannedLine, Span<UInt8>) -> Void) -> ScanSummary {
        do throws(ByteSourceError) {
            while try window.read(from: &source) > 0 {
                scan(body)
            }
        } catch {
            summary.error = error
        }
        summary.bytes = window.bytesRead
        window.finishLastLine()
        scan(body)
        window.advance(to: window.lineStart)
        summary.lines = window.lineNumber - 1
        return summary
    }

    /// Searches the lines that are complete by now, and drops those that no later line needs.
    private mutating func scan(_ body: (ScannedLine, Span<UInt8>) -> Void) {
        searched = window.fresh
        if let needles = needleTable() {
            while let match = nextMatch(needles) {
                deliverContextOwed(upTo: match, body)
                window.advance(to: window.start(ofLines: rules.contextBefore, before: match))
                while window.cursor < match { deliverLine(isMatch: false, body) }
                deliverLine(isMatch: true, body)
                contextOwed = rules.contextAfter
            }
            deliverContextOwed(upTo: window.lineStart, body)
            window.advance(to: window.start(ofLines: rules.contextBefore, before: window.lineStart))
        } else {
            while window.cursor < window.lineStart { deliverLine(isMatch: true, body) }
        }
    }

    /// What a stream consists of changes on the way. A sample costs next to nothing if it is followed by much more than itself.
    private mutating func needleTable() -> NeedleTable? {
        if let filter = rules.filter, window.bytesRead >= bytesAtNextSample {
            needles = NeedleTable(needles: filter.needles, sample: window.freshLines)
            bytesAtNextSample = window.bytesRead + min(max(1 << 16, 256 * window.freshLines.count), 1 << 26)
        }
        return needles
    }

    /// The start of the next complete line that holds a needle.
    private mutating func nextMatch(_ needles: NeedleTable) -> Int? {
        while let hit = needles.firstHit(in: window.bytes, from: searched, to: window.lineStart) {
            let start = window.startOfLine(at: hit, notBefore: searched)
            let end = window.endOfLine(from: hit)
            searched = end + 1
            let keptEnd = start + rules.maximumLineLength
            // The hit may be in the part of a long line that is not kept, or lie across its edge.
            if end <= keptEnd || needles.firstHit(in: window.bytes, from: start, to: keptEnd) != nil { return start }
        }
        searched = window.lineStart
        return nil
    }

    private mutating func deliverContextOwed(upTo limit: Int, _ body: (ScannedLine, Span<UInt8>) -> Void) {
        while contextOwed > 0, window.cursor < limit {
            deliverLine(isMatch: false, body)
            contextOwed -= 1
        }
    }

    /// Delivers the line at the cursor, which is complete, and moves the cursor behind it.
    private mutating func deliverLine(isMatch: Bool, _ body: (ScannedLine, Span<UInt8>) -> Void) {
        let start = window.cursor
        let end = window.endOfLine(from: start)
        let length = min(end - start, rules.maximumLineLength)
        let line = ScannedLine(
            number: window.lineNumber, offset: window.offset, isMatch: isMatch, isTruncated: end - start > length)
        if line.isTruncated { summary.truncatedLines += 1 }
        body(line, UnsafeBufferPointer(start: window.bytes + start, count: length).span)
        window.pass(lineEnd: end)
    }
}
