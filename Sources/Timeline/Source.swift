import ByteScan
import KernelLog

/// One input: what it is called, what reading it gave, and why it could not be read if it could not.
public struct Source: Sendable {
    /// The path as the user gave it, or as found below a directory that the user gave; `-` is standard input.
    public var name: String
    /// What reading it gave; nil if it could not be opened.
    public var summary: ReadSummary?
    /// Why it could not be opened, or not be read to its end.
    public var error: ByteSourceError?
    /// Its items.
    public var items: [LogItem]

    /// Reads a source.
    ///
    /// - Parameters:
    ///   - path: a path, or `-` for standard input.
    ///   - index: its place among the inputs; goes into every `Place`.
    ///   - needles: what a line must hold to be delivered.
    ///   - format: how to read it; nil to find out.
    public init(path: String, index: Int, needles: [String], format: LogFormat? = nil) {
        name = path
        items = []
        do throws(ByteSourceError) {
            var bytes = try ByteSource(path: path)
            read(&bytes, index, needles, format)
        } catch {
            self.error = error
        }
    }

    /// Reads text that is already in memory.
    public init(text: some Sequence<UInt8>, name: String, index: Int, needles: [String], format: LogFormat? = nil) {
        self.name = name
        items = []
        var bytes = ByteSource(bytes: Array(text), name: name)
        read(&bytes, index, needles, format)
    }

    private mutating func read(_ bytes: inout ByteSource, _ index: Int, _ needles: [String], _ format: LogFormat?) {
        var items: [LogItem] = []
        let summary = LogReader(source: index, needles: needles, format: format).read(&bytes) { items.append($0) }
        self.items = items
        self.summary = summary
        error = summary.error
    }

    /// The boots that the source shows.
    public func boots(index: Int) -> [Boot] {
        let isUnordered = summary?.format == .netconsole
        return BootSplitter.boots(of: SourceReading(index: index, items: items, isUnordered: isUnordered))
    }
}
