import ByteScan

/// Reads the kernel's log from a source, whatever rendering it is in.
///
/// ```swift
/// var source = try ByteSource(path: "serial.log")
/// let summary = LogReader(source: 0, needles: ["usb 1-1"]).read(&source) { item in
///     if case .record(let record) = item { print(record.message) }
/// }
/// ```
///
/// Only records that hold a needle, and their neighbours, are made; proof of lost records is always delivered.
/// Needles are looked for in the bytes of the source: one with a character that a rendering escapes (a quotation mark,
/// a backslash) is not found there.
///
/// This module knows the renderings of printk records. It never knows what a message means.
public struct LogReader: Sendable {
    private let source: Int
    private let needles: [String]
    private let format: LogFormat?

    /// Lines of context around a line with a needle.
    private static let context = 2
    /// How much of the source tells its format.
    private static let prefixLength = 65_536
    /// A journal entry as JSON can be long: it holds whole core dumps' messages.
    private static let longestLine = 1 << 20

    /// - Parameters:
    ///   - index: Index of the source among those that the user named; it goes into every `Place`.
    ///   - needles: A record is delivered if it holds one of them; all records are, if there are none.
    ///   - format: How to read the source; nil to find out, which waits for 64 KiB of a pipe or its end. What only
    ///     the beginning of a text tells (quoted-printable lines, how wide mail was wrapped) is not known if it is forced.
    public init(source index: Int, needles: [String], format: LogFormat? = nil) {
        source = index
        self.needles = needles
        self.format = format
    }

    /// Reads the source to its end.
    ///
    /// - Parameter each: Called for every item, in the order of the source (of a pstore dump: in the order of time).
    /// - Returns: What was read; its `error` says if the source could not be read to its end.
    public func read(_ source: inout ByteSource, each: (LogItem) -> Void) -> ReadSummary {
        // A forced format needs no look ahead: an endless stream is read from its first line on.
        var prefix: [UInt8] = []
        if format == nil {
            do throws(ByteSourceError) {
                prefix = try source.peek(LogReader.prefixLength)
            } catch {
                var summary = ReadSummary(format: .dmesg, choice: .detected)
                summary.error = error
                return summary
            }
        }
        let choice: ReadSummary.Choice = format == nil ? .detected : .forced
        let summary = ReadSummary(format: format ?? detectFormat(of: prefix), choice: choice)
        let delivery = Delivery(source: self.source, needles: NeedleSet(needles), summary: summary)
        return parse(&source, delivery, prefix, each)
    }

    /// Picks the parser of the format.
    private func parse(
        _ source: inout ByteSource, _ delivery: Delivery, _ prefix: [UInt8], _ each: (LogItem) -> Void
    ) -> ReadSummary {
        let own = LossMarker.needles
        switch delivery.summary.format {
        case .dmesg, .syslog:
            let parser = LineAssembler(delivery: delivery, habits: TextHabits(of: prefix))
            return run(parser, on: &source, LineAssembler.needles, each)
        case .pstore:
            let parser = PstoreParser(delivery: delivery, habits: TextHabits(of: prefix))
            return run(parser, on: &source, PstoreParser.needles, each)
        case .journalJSON where !isOneObjectALine(prefix):
            return run(JSONDocumentParser(delivery: delivery, wanted: wanted(with: own)), on: &source, nil, each)
        case .journalJSON:
            return run(JournalJSONParser(delivery: delivery), on: &source, JournalJSONParser.needles, each)
        case .kmsg, .netconsole:
            return run(KmsgParser(delivery: delivery, wanted: wanted(with: own)), on: &source, nil, each)
        case .dmesgJSON:
            return run(JSONDocumentParser(delivery: delivery, wanted: wanted(with: own)), on: &source, nil, each)
        case .journalExport:
            return run(JournalExportParser(delivery: delivery, wanted: wanted(with: own)), on: &source, nil, each)
        case .trace, .binary:
            return delivery.summary
        }
    }

    /// The caller's needles with a parser's own. Without any of the caller's everything is wanted.
    private func wanted(with own: [String]) -> NeedleSet {
        NeedleSet(needles.isEmpty ? [] : needles + own)
    }

    /// Feeds a parser with the lines that hold the caller's needles or its own, or with all lines.
    private func run<Parser: LogParser>(
        _ parser: Parser, on source: inout ByteSource, _ own: [String]?, _ each: (LogItem) -> Void
    ) -> ReadSummary {
        var parser = parser
        let filter = needles.isEmpty ? nil : own.map { LineFilter(needles: needles + $0) }
        let scan = scanLines(
            of: &source, filter: filter, contextBefore: LogReader.context, contextAfter: LogReader.context,
            maximumLineLength: LogReader.longestLine
        ) { line, bytes in
            parser.feed(line, bytes)
            LogReader.drain(&parser, each)
        }
        parser.finish()
        LogReader.drain(&parser, each)
        var summary = parser.delivery.summary
        summary.lines = scan.lines
        summary.error = scan.error
        return summary
    }

    private static func drain<Parser: LogParser>(_ parser: inout Parser, _ each: (LogItem) -> Void) {
        guard !parser.delivery.items.isEmpty else { return }
        for item in parser.delivery.items { each(item) }
        parser.delivery.items.removeAll(keepingCapacity: true)
    }
}
