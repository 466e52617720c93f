import ByteScan

/// Reads a text trace: tracefs `trace` and `trace_pipe` with any options, `trace-cmd report`, `perf script`.
///
/// ```swift
/// var source = try ByteSource(path: "trace.txt")
/// let summary = TextTraceReader(source: 0, wanted: { $0.hasPrefix("klp_") }).read(&source) { record in
///     print(record.name, record.fields)
/// }
/// ```
///
/// Names are canonical: what tracefs writes as `sys_finit_module(...)` is `sys_enter_finit_module`, what it writes as
/// `sys_finit_module -> 0x0` is `sys_exit_finit_module`, and `tracing_mark_write` is `print`, as in a binary trace. A
/// `f();` of function_graph gives two records of one line, the entry and the return.
public struct TextTraceReader {
    private let source: Int
    private let format: TextTraceFormat?
    private let wanted: (String) -> Bool
    private let callers: (String) -> Bool

    /// Longer lines are cut.
    private static let longestLine = 1 << 20

    /// - Parameters:
    ///   - index: Index of the source among those that the user named; it goes into every place.
    ///   - format: How to read the source; nil to find out, which waits for 64 KiB of a pipe or its end.
    ///   - wanted: Which records to make, asked once for every name: of an event, of a function, and of the function that
    ///     a probe with another name was put on, where the trace says so. Probes on functions of modules are always delivered.
    ///   - callers: What such a function calls in a module is delivered by the function tracers as well, whatever its name; asked
    ///     once for every function, and with an empty name for what no traced function calls in a function graph.
    public init(
        source index: Int, format: TextTraceFormat? = nil, wanted: @escaping (String) -> Bool,
        callers: @escaping (String) -> Bool = { _ in false }
    ) {
        source = index
        self.format = format
        self.wanted = wanted
        self.callers = callers
    }

    /// Reads the source to its end.
    ///
    /// - Parameter each: Called for every wanted record, in the order of the trace.
    /// - Returns: What was read; its `error` says if the source could not be read to its end.
    public func read(_ source: inout ByteSource, each: (TraceRecord) -> Void) -> TextTraceSummary {
        var summary = TextTraceSummary()
        do throws(ByteSourceError) {
            summary.format =
                if let format { format } else { TextTraceFormat.detect(try source.peek(TextTraceFormat.prefixLength)) }
        } catch {
            summary.error = error
            return summary
        }
        guard let format = summary.format else { return summary }
        var parser = TextTraceParser(source: self.source, format: format, wanted: wanted, callers: callers)
        var end = 0
        let scan = scanLines(
            of: &source, filter: nil, contextBefore: 0, contextAfter: 0, maximumLineLength: Self.longestLine
        ) { line, bytes in
            parser.feed(line, bytes)
            end = line.offset + bytes.count
            if parser.hasRecords { parser.drain(each) }
        }
        parser.finish()
        parser.drain(each)
        summary = parser.summary
        summary.lines = scan.lines
        summary.bytes = scan.bytes
        summary.truncatedLines = scan.truncatedLines
        summary.error = scan.error
        summary.isCut =
            end == scan.bytes && scan.truncatedLines == 0 && summary.events < summary.header.entriesInBuffer ?? 0
        return summary
    }

    /// Reads a trace in memory, compressed or not.
    public func read(_ bytes: [UInt8]) -> (records: [TraceRecord], summary: TextTraceSummary) {
        var source = ByteSource(bytes: bytes, name: "")
        var records: [TraceRecord] = []
        let summary = read(&source) { records.append($0) }
        return (records, summary)
    }
}
